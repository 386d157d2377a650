/** Each colour is a pair for light and dark. The panel is a box of its own: nothing of the page's styles reaches it. */
const css = `
:host{all:initial;display:block;color-scheme:light dark}
:host([data-theme=light]){color-scheme:light}
:host([data-theme=dark]){color-scheme:dark}
[hidden]{display:none!important}
*,::before,::after{box-sizing:border-box}
.panel{
--paper:light-dark(#f6f7f9,#121419);
--sheet:light-dark(#fff,#1a1d24);
--ink:light-dark(#1b1f27,#e8eaef);
--soft:light-dark(#566072,#9ea7b8);
--line:light-dark(#dde1e8,#2c313c);
--strong:light-dark(#858fa1,#6d7789);
--accent:light-dark(#4353c9,#98a5ff);
--wash:light-dark(#eaedfd,#262c4a);
--good:light-dark(#11754a,#5cd39b);
--watch:light-dark(#8f5600,#f0b95c);
--bad:light-dark(#b3261e,#ff9a90);
--mono:ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,monospace;
container-type:inline-size;
color:var(--ink);
background:var(--paper);
font:.8125rem/1.45 system-ui,sans-serif;
font-variant-numeric:tabular-nums;
min-block-size:100%;
}
h2,h3,h4,p,ul,dl,dd,table{margin:0;padding:0;font:inherit}
ul{list-style:none}
header,[role=option]{--tone:var(--soft)}
[data-status=active]{--tone:var(--good)}
[data-status=warning]{--tone:var(--watch)}
[data-status=ended]{--tone:var(--bad)}
header{
display:flex;
flex-wrap:wrap;
align-items:center;
gap:.75rem 1.5rem;
padding:.875rem 1.25rem;
background:var(--sheet);
border-block-end:1px solid var(--line);
}
h2{display:flex;flex-wrap:wrap;align-items:baseline;gap:0 .75rem}
.status{font-size:1.25rem;font-weight:650;letter-spacing:-.01em}
.status::before{
content:"";
display:inline-block;
inline-size:.625rem;
block-size:.625rem;
margin-inline-end:.5rem;
border-radius:50%;
background:var(--tone);
forced-color-adjust:none;
}
.about,.note,.none,dt,.where{color:var(--soft)}
.chips{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem}
.chips>div{display:flex;gap:.375rem}
.chips dd,.facts dd,td,.time,.left{font-family:var(--mono);font-size:.75rem;line-height:1.55;unicode-bidi:isolate;overflow-wrap:anywhere}
.travel,.scrubber{
display:flex;
flex-wrap:wrap;
align-items:center;
gap:.5rem;
padding:.5rem 1.25rem;
background:var(--sheet);
border-block-end:1px solid var(--line);
}
.travel{background:var(--wash)}
output{min-inline-size:9.5rem;font-weight:600}
.trouble{flex-basis:100%;color:var(--bad)}
.trouble:empty{display:none}
button{
min-block-size:1.75rem;
padding:.125rem .625rem;
border:1px solid var(--strong);
border-radius:.375rem;
background:var(--sheet);
color:inherit;
font:inherit;
cursor:pointer;
}
button:hover:enabled{border-color:var(--accent);color:var(--accent)}
button:disabled{opacity:.55;cursor:default}
:focus-visible{outline:2px solid var(--accent);outline-offset:1px}
.scrubber input{flex:1 1 12rem;min-inline-size:0;block-size:1.5rem;margin:0;accent-color:var(--accent)}
.where{min-inline-size:8.5rem}
[data-past] .scrubber{background:var(--wash)}
[data-past] .where{color:var(--ink);font-weight:600}
.columns{display:grid;gap:1px;background:var(--line)}
section,.facts-column{background:var(--paper);min-inline-size:0}
section{padding:1rem 1.25rem 1.25rem}
.facts-column{display:contents}
.record{order:1}
h3{margin-block-end:.625rem;font-size:.875rem;font-weight:650}
h4{margin-block:.875rem .25rem;font-weight:650}
h4:first-child{margin-block-start:0}
.bars{display:grid;gap:.75rem}
.bars p{display:flex;justify-content:space-between;gap:1rem;font-weight:550}
[role=meter]{position:relative;block-size:.5rem;margin-block:.25rem;border:1px solid var(--strong);border-radius:1rem;overflow:hidden;background:var(--sheet)}
.fill{position:absolute;inset-block:0;inset-inline-start:0;background:var(--accent)}
[data-near]>.fill{background:var(--watch)}
.mark{position:absolute;inset-block:0;inline-size:2px;margin-inline-start:-1px;background:var(--ink)}
.note{font-size:.75rem}
.facts{display:grid;gap:.125rem}
.facts>div{display:grid;grid-template-columns:7rem minmax(0,1fr);gap:.75rem}
.timeline>div{position:relative}
.quiet{display:flex;align-items:center;gap:.375rem;margin-block-end:.5rem;min-block-size:1.5rem;color:var(--soft);inline-size:fit-content}
.quiet input{margin:0;inline-size:1rem;block-size:1rem;accent-color:var(--accent)}
.rows{border:1px solid var(--line);border-radius:.5rem;background:var(--sheet);max-block-size:36rem;overflow:auto;overscroll-behavior:contain}
.rows:not(:has(>:not([hidden]))){display:none}
[role=option]{
position:relative;
display:grid;
grid-template-columns:5.25rem minmax(0,1fr);
gap:.125rem .75rem;
padding-block:.4375rem;
padding-inline:1rem .75rem;
cursor:pointer;
}
[role=option]+[role=option]{border-block-start:1px solid var(--line)}
[role=option]::before{content:"";position:absolute;inset-block:0;inset-inline-start:0;inline-size:3px;background:var(--tone);forced-color-adjust:none}
[role=option]:hover{background:var(--paper)}
[aria-selected=true],[aria-selected=true]:hover{background:var(--wash)}
[role=option]:focus-visible{outline-offset:-2px}
.time{color:var(--soft)}
.what{display:flex;flex-wrap:wrap;gap:0 .5rem;overflow-wrap:anywhere}
.what .name{font-weight:550}
.follows{grid-column:2;display:flex;flex-wrap:wrap;gap:.25rem .375rem}
.follows:empty{display:none}
.chip{padding:0 .4375rem;border:1px solid var(--line);border-radius:1rem;font-size:.75rem;background:var(--paper)}
.chip.task,.chip.look{border-color:var(--accent);color:var(--accent)}
.chip.over,.chip.last-call{border-color:var(--bad);color:var(--bad)}
.chip.became{border-color:var(--tone);color:var(--tone);font-weight:600}
.details .facts{margin-block-end:.25rem}
.asked{padding-inline-start:1.125rem;list-style:disc}
table{inline-size:100%;border-collapse:collapse;table-layout:fixed}
th,td{padding-block:.25rem;padding-inline:0 .5rem;border-block-end:1px solid var(--line);text-align:start;vertical-align:top;overflow-wrap:anywhere}
th{font-weight:550}
thead th{color:var(--soft)}
@container (min-width:42rem){
.columns{grid-template-columns:minmax(17rem,21rem) minmax(0,1fr);grid-template-rows:auto 1fr}
.facts-column{display:grid;align-content:start;gap:1px;grid-row:1/3}
.facts-column section{box-shadow:0 1px var(--line)}
}
@container (min-width:66rem){
.columns{grid-template-columns:minmax(17rem,20rem) minmax(0,1.1fr) minmax(0,1fr);grid-template-rows:auto}
.facts-column{grid-row:auto}
}
@container (max-width:24rem){
header,.travel,.scrubber,section{padding-inline:.875rem}
[role=option]{grid-template-columns:1fr}
.follows{grid-column:1}
}
@media (prefers-reduced-motion:no-preference){
.fill{transition:inline-size .3s}
}
@media (forced-colors:active){
.fill,.mark{forced-color-adjust:none;background:Highlight}
.mark{background:CanvasText}
[aria-selected=true]{outline:2px solid Highlight;outline-offset:-2px}
.status::before,[role=option]::before{background:CanvasText}
}
`;

let sheet: CSSStyleSheet | undefined;

/** An adopted style sheet: a strict Content Security Policy allows it. */
export function adoptStyles(root: ShadowRoot): void {
  if (!root.adoptedStyleSheets) return;
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
  }
  root.adoptedStyleSheets = [sheet];
}
