import { isDue } from "./announcer.js";
import { type Answer, type Contents, createDialog, type Scene } from "./dialog.js";
import { h, say } from "./dom.js";
import { createLayer } from "./layer.js";
import { createSpeech, type Speech, type SpeechHost } from "./speech.js";
import { adoptStyles } from "./styles.js";
import { asClock, tell } from "./time.js";
import { createTitleAlert } from "./title.js";

/** What there is to show now. */
interface Moment extends Pick<Contents, "seconds" | "failed" | "offline" | "reason"> {
  readonly scene: Scene | undefined;
  readonly pending: boolean;
}

/** What `<session-warning>` shows and says: the dialog, the status line, the page's title. */
export interface Stage {
  /** Without a moment: nothing. */
  show(moment?: Moment): void;
  /** Says for a while that the session goes on, or that no more. */
  extended(now: boolean): void;
}

type Timer = ReturnType<typeof setTimeout> | undefined;

/** `answer` is told what the user answers; `update` is to call `show`. */
export function createStage(host: SpeechHost, answer: (it: Answer) => void, update: () => void): Stage {
  let scene: Scene | undefined;
  let asked: Answer | undefined;
  /** What was left when the scene began, and at the last look. */
  let most = 0;
  let before: number | undefined;
  let since = 0;
  let over = new AbortController();
  let goesOn = false;
  let ticking: Timer;
  let fading: Timer;

  const give = (it: Answer, byKey = true) => {
    // The absolute limit is warned of in the middle of work, and the next key typed would be its "OK".
    if (it === "dismiss" && byKey && performance.now() - since <= 500) return;
    asked = it;
    answer(it);
  };
  const { dialog, live, write, focus } = createDialog(give);
  const layer = createLayer(host, dialog, () => scene && focus(scene));
  const status = h("p", { part: "status", role: "status" });
  const speech = createSpeech(host, update);
  const pageTitle = createTitleAlert();
  const root = host.shadowRoot as ShadowRoot;
  root.append(dialog, status);
  adoptStyles(root, host.nonce);

  /** Fetched at once: when the warning opens the network may be gone. */
  const alerts = () =>
    (host.matches("[notify],[sound]") ? import("./alerts.js") : undefined)?.catch(() => {});
  void alerts();

  /** Escape says "I'm here", or "I have read it". It never just hides what counts down. */
  function onEscape(event: Event) {
    event.preventDefault();
    event.stopPropagation();
    if (scene === "idle") give("extend");
    else if (scene === "absolute") give("dismiss");
  }
  dialog.addEventListener("keydown", (event) => event.key === "Escape" && onEscape(event));
  dialog.addEventListener("cancel", onEscape);
  // Browsers can close a dialog without asking, such as at a second "back" on a phone.
  dialog.addEventListener("close", (event) => {
    if (dialog.open || !scene) return;
    layer.raise();
    onEscape(event);
  });

  function announce(seconds: number, words: Speech) {
    if (isDue(before, seconds)) {
      live.setAttribute("aria-live", seconds > 30 ? "polite" : "assertive");
      // A region is listened to when it has been there for a moment.
      setTimeout(() => say(live, tell(words, "left", seconds)), 200);
    }
    before = seconds;
  }

  function extended(now: boolean) {
    goesOn = now;
    clearTimeout(fading);
    if (now) fading = setTimeout(extended, 6000, false);
    update();
  }

  return {
    show(now) {
      const seconds = now?.seconds ?? 0;
      const begins = now?.scene !== scene;
      const words = speech(begins);
      const hidden = document.hidden;
      if (begins) {
        scene = now?.scene;
        most = 0;
        before = asked = undefined;
        since = performance.now();
        over.abort();
        over = new AbortController();
        say(live, "");
      }
      const warns = scene === "ended" ? undefined : scene;

      if (now && scene) {
        most = Math.max(most, seconds);
        write({ ...now, scene, most, asked: now.pending ? asked : undefined }, words);
        if (begins) {
          layer.raise();
          // What is opened later takes the focus first.
          document.addEventListener("focusin", layer.hold, { signal: over.signal });
        } else layer.hold();
      } else layer.lower();

      // Of all tabs the one speaks that is seen.
      if (warns && !hidden) announce(seconds, words);
      else before = undefined;

      const note = now?.offline ? "offline" : goesOn && "extended";
      say(status, scene || hidden || !note ? "" : tell(words, note));

      clearTimeout(ticking);
      if (warns && hidden) ticking = setTimeout(update, 1000);
      pageTitle.turn(warns && hidden ? `(${asClock(seconds, words.lang)}) ${tell(words, "soon")}` : "");

      if (begins && warns) {
        const { signal } = over;
        const text = tell(words, `${warns}.text`, seconds);
        void alerts()?.then((it) => it?.alertUser(host, tell(words, "soon"), text, signal));
      }
    },
    extended,
  };
}
