import { h } from "../shell/h.js";

export const button = (text: string, onclick: () => void, kind = ""): HTMLButtonElement =>
  h("button", { type: "button", class: `button ${kind}`, onclick }, text);
