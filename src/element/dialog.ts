import type { EndReason } from "../index.js";
import { h, say, svg } from "./dom.js";
import type { Messages } from "./messages/messages.js";
import { direction, type Speech } from "./speech.js";
import { asClock, tell } from "./time.js";

/** What a dialog is about: the warning of a limit, or that the session is over. */
export type Scene = "idle" | "absolute" | "ended";

/** What the user can answer. */
export type Answer = "extend" | "dismiss" | "logout" | "signIn";

/** What a dialog is to say. */
export interface Contents {
  readonly scene: Scene;
  /** Left now. */
  readonly seconds: number;
  /** Left when it opened: the text of a dialog stands still. */
  readonly most: number;
  /** The answer that is on its way. */
  readonly asked: Answer | undefined;
  readonly failed: boolean;
  readonly offline: boolean;
  readonly reason: EndReason | undefined;
}

export interface Dialog {
  readonly dialog: HTMLDialogElement;
  /** For ears only. */
  readonly live: HTMLElement;
  write(contents: Contents, speech: Speech): void;
  /** On the answer that is the safest to give without reading. */
  focus(scene: Scene): void;
}

/** The dialog: its parts, and what each of them says. */
export function createDialog(answer: (it: Answer, byKey: boolean) => void): Dialog {
  const button = (name: Answer, part: string) => {
    const it = h("button", { type: "button", part: `button ${part}` });
    it.addEventListener("click", ({ detail }) => answer(name, !detail));
    return it;
  };
  const circle = (name: string) =>
    svg("circle", { part: name, cx: "50", cy: "50", r: "46", pathLength: "100", "stroke-dasharray": "100" });

  const stay = button("extend", "primary stay");
  const ok = button("dismiss", "primary ok");
  const signOut = button("logout", "sign-out");
  const signIn = button("signIn", "primary sign-in");
  const again = h("slot", { name: "ended" }, signIn);
  const title = h("h2", { id: "title", part: "title" });
  const text = h("p", { id: "text", part: "text" });
  const ring = circle("ring");
  const clock = h("span", { part: "clock" });
  const dial = h(
    "div",
    { part: "countdown", "aria-hidden": "true" },
    svg("svg", { viewBox: "0 0 100 100" }, circle("track"), ring),
    clock,
  );
  const work = h("slot", { id: "work", name: "work" });
  const error = h("p", { part: "error", role: "alert" });
  const offline = h("p", { part: "offline", role: "status" });
  const live = h("p", { part: "live", "aria-live": "polite" });
  const dialog = h(
    "dialog",
    { part: "overlay", role: "alertdialog", "aria-labelledby": "title" },
    h(
      "div",
      { part: "dialog" },
      h("slot", { name: "brand" }),
      title,
      dial,
      text,
      work,
      error,
      offline,
      live,
      h("div", { part: "actions" }, stay, ok, signOut, again),
    ),
  );

  return {
    dialog,
    live,
    write({ scene, seconds, most, asked, failed, offline: isOffline, reason }, speech) {
      const ended = scene === "ended";
      const put = (element: Element, key: keyof Messages, when = true) =>
        say(element, when ? tell(speech, key, most) : "");
      dialog.lang = speech.lang;
      dialog.dir = direction(speech.lang);
      dialog.dataset.scene = scene;
      dialog.toggleAttribute("data-urgent", seconds <= 30);
      dialog.setAttribute("aria-describedby", ended ? "text" : "text work");
      dial.hidden = work.hidden = signOut.hidden = ended;
      stay.hidden = scene !== "idle";
      ok.hidden = scene !== "absolute";
      again.hidden = !ended;

      put(title, `${scene}.title`);
      put(text, scene === "ended" ? `ended.${reason ?? "rejected"}` : `${scene}.text`);
      say(clock, asClock(seconds, speech.lang));
      ring.setAttribute("stroke-dashoffset", `${100 - (100 * seconds) / most || 0}`);
      put(error, "failed", failed);
      put(offline, "offline", isOffline && !failed);
      put(ok, "ok");
      put(signIn, "signIn");
      for (const [it, key, meant] of [
        [stay, "stay", "extend"],
        [signOut, "signOut", "logout"],
      ] as const) {
        const busy = asked === meant;
        // Not `disabled`: that would take the focus away.
        it.setAttribute("aria-disabled", `${busy}`);
        put(it, busy ? `${key}.pending` : key);
      }
    },
    focus: (scene) => ({ idle: stay, absolute: ok, ended: signIn })[scene].focus(),
  };
}
