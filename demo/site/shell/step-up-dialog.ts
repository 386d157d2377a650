import type { Handover } from "../app/handover.js";
import { stepUpProblem, stepUpText, stepUpTitle } from "../app/texts.js";
import { h, say } from "./h.js";
import { modal } from "./modal.js";

/** The password once more, in the middle of the work. What waits for it goes on by itself. */
export function stepUpDialog({ session, stepUp }: Handover): void {
  modal(
    "step-up-title",
    stepUp,
    (asked) => asked,
    stepUp.cancel,
    (life) => {
      const state = session.getState();
      const user = "user" in state ? state.user : undefined;
      // Password managers want to know whose password it is.
      const username = h("input", {
        name: "username",
        autocomplete: "username",
        value: user?.username,
        readonly: true,
        hidden: true,
      });
      const password = h("input", {
        id: "step-up-password",
        name: "password",
        type: "password",
        autocomplete: "current-password",
        required: true,
        autofocus: true,
      });
      const why = h("p", { id: "step-up-why" }, stepUpText(user?.name));
      const problem = h("p", { class: "problem", role: "alert", id: "step-up-problem" });
      const button = h("button", { type: "submit", class: "button primary" }, "Continue");

      async function submit(event: Event) {
        event.preventDefault();
        if (button.ariaDisabled === "true") return;
        button.ariaDisabled = "true";
        say(problem, "");
        const wrong = await stepUp.authenticate(password.value);
        button.ariaDisabled = null;
        if (!wrong || life.aborted) return;
        say(problem, stepUpProblem[wrong]);
        password.ariaInvalid = String(wrong === "credentials");
        password.setAttribute("aria-describedby", problem.id);
        password.select();
      }

      const form = h(
        "form",
        { class: "modal-form", onsubmit: submit },
        username,
        h("div", { class: "field" }, h("label", { for: password.id }, "Password"), password),
        problem,
        h(
          "div",
          { class: "actions" },
          button,
          h("button", { type: "button", class: "button", onclick: stepUp.cancel }, "Cancel"),
        ),
      );
      return { title: stepUpTitle, describedBy: why.id, children: [why, form] };
    },
  );
}
