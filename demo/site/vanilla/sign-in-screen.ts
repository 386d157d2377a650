import type { Handover } from "../app/handover.js";
import { bookCover } from "../shell/book-cover.js";
import { h } from "../shell/h.js";
import { signInForm } from "./sign-in-form.js";

export function signInScreen(handover: Handover): HTMLElement {
  return bookCover(
    h("h1", { tabindex: -1 }, "Open the notebook"),
    h("p", { class: "lead" }, "What this shift leaves for the next. Sign in to read and write."),
    signInForm(handover),
  );
}
