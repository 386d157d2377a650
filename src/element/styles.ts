/**
 * System colours follow the page's `color-scheme`, also in browsers that do not know `light-dark()`, so there is one set
 * of rules for light and dark. The few colours of its own have enough contrast on both.
 */
const css = `
:host{display:contents}
:host([hidden]),[hidden]{display:none!important}
dialog,[part=status]{
all:initial;
--ink:var(--session-ink,CanvasText);
--accent:var(--session-accent,#5365df);
--on-accent:var(--session-on-accent,#fff);
--urgent:var(--session-urgent,#d9480f);
--line:var(--session-line,rgb(128 128 128/.4));
--soft:rgb(128 128 128/.12);
--radius:var(--session-radius,1rem);
box-sizing:border-box;
position:fixed;
visibility:inherit;
color-scheme:inherit;
color:var(--ink);
font-family:var(--session-font,inherit);
font-size:1rem;
line-height:1.5;
}
dialog{
inset:0;
inline-size:100%;
block-size:100%;
padding:1rem;
overflow:auto;
background:var(--session-backdrop,rgb(12 14 22/.6));
}
dialog[open]{display:grid}
dialog:not([open]),dialog::backdrop{display:none}
[data-scene=ended]{background:var(--session-curtain,Canvas)}
[part=dialog]{
display:grid;
grid-template-columns:1fr auto;
gap:0 1.5rem;
box-sizing:border-box;
inline-size:100%;
max-inline-size:var(--session-width,29rem);
margin:auto;
padding:1.75rem;
border:1px solid var(--line);
border-radius:var(--radius);
background:var(--session-surface,Canvas);
box-shadow:0 1.5rem 4rem -1.5rem #000;
overflow-wrap:anywhere;
}
@supports (color:light-dark(red,red)){
[data-scene=ended]{background:var(--session-curtain,light-dark(#eef0f4,#0e0f12))}
[part=dialog]{background:var(--session-surface,light-dark(#fff,#1c1d21))}
}
[part=dialog]>*,::slotted(*){grid-column:1/-1;margin-block:0 1rem}
[part=title],[part=text]{grid-column:1}
[part=title]{margin-block-end:.5rem;font-size:1.375rem;font-weight:650;line-height:1.25;letter-spacing:-.01em;text-wrap:balance}
[part=countdown]{
grid-area:span 2/2;
display:grid;
place-items:center;
inline-size:5.25rem;
block-size:5.25rem;
font-size:1.375rem;
font-weight:600;
font-variant-numeric:tabular-nums;
}
svg,[part=clock]{grid-area:1/1}
svg{rotate:-90deg}
circle{fill:none;stroke-width:6;stroke:var(--line)}
[part=ring]{stroke:var(--accent);stroke-linecap:round}
[data-urgent] [part=ring]{stroke:var(--urgent)}
[part=error]:not(:empty),[part=offline]:not(:empty){
padding:.625rem .875rem;
border-inline-start:4px solid var(--urgent);
background:var(--soft);
}
[part=error]:empty,[part=offline]:empty{margin:0}
[part=live]{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
[part=dialog]>[part=actions]{
display:flex;
flex-wrap:wrap;
gap:.75rem;
margin-block:.5rem 0;
}
button{
flex:1 1 40%;
box-sizing:border-box;
min-block-size:2.75rem;
padding:.5rem 1rem;
border:1px solid var(--line);
border-radius:calc(var(--radius)*.625);
background:none;
color:inherit;
font:inherit;
font-weight:600;
cursor:pointer;
}
[part~=primary]{border-color:transparent;background:var(--accent);color:var(--on-accent)}
button:hover{box-shadow:inset 0 0 0 9rem var(--soft)}
button:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
[aria-disabled=true]{cursor:progress}
[part=status]{
inset:auto 0 1.25rem;
inline-size:fit-content;
max-inline-size:min(30rem,100% - 2rem);
margin:0 auto;
pointer-events:none;
}
[part=status]:not(:empty){
padding:.625rem 1.125rem;
border:1px solid var(--line);
border-radius:var(--radius);
background:CanvasText;
color:Canvas;
}
@media (max-width:27rem){
[part=dialog]{gap:0 1rem;padding:1.25rem}
[part=countdown]{grid-row:span 1;inline-size:4rem;block-size:4rem;font-size:1.125rem}
[part=text]{grid-column:1/-1}
button{flex-basis:100%}
}
@media (prefers-reduced-motion:no-preference){
dialog[open]{animation:a .2s}
[part=dialog]{animation:b .3s cubic-bezier(.2,.8,.3,1)}
[part=ring]{transition:stroke-dashoffset 1s linear,stroke .5s}
}
@keyframes a{from{opacity:0}}
@keyframes b{from{translate:0 1rem}}
@media (forced-colors:active){
[part=dialog]{border:2px solid}
[part~=primary]{forced-color-adjust:none;background:Highlight;color:HighlightText;outline-color:CanvasText!important}
[part=track]{stroke:GrayText}
[part=ring]{stroke:Highlight!important}
}
`;

let sheet: CSSStyleSheet | undefined;

/** Gives an element's shadow tree its styles, once, in a way that a strict Content-Security-Policy allows. */
export function adoptStyles(root: ShadowRoot, nonce: string | undefined): void {
  if (root.adoptedStyleSheets) {
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
    }
    root.adoptedStyleSheets = [sheet];
  } else if (!root.querySelector("style")) {
    // Safari before 16.4: https://caniuse.com/mdn-api_document_adoptedstylesheets
    const style = document.createElement("style");
    style.nonce = nonce ?? "";
    style.textContent = css;
    root.append(style);
  }
}
