import type { Handover } from "../app/handover.js";
import { people } from "../app/people.js";
import { signInProblem } from "../app/texts.js";
import { h, say } from "../shell/h.js";

/** Password managers know these fields, and pasting is nobody's business to forbid. */
export function signInForm(handover: Handover): HTMLFormElement {
  const username = h("input", {
    id: "username",
    name: "username",
    autocomplete: "username",
    autocapitalize: "none",
    spellcheck: "false",
    required: true,
  });
  const password = h("input", {
    id: "password",
    name: "password",
    type: "password",
    autocomplete: "current-password",
    required: true,
  });
  const problem = h("p", { class: "problem", role: "alert", id: "sign-in-problem" });
  const button = h("button", { type: "submit", class: "button primary wide" }, "Sign in");
  const fields = [username, password];

  const fillers = people.map((person) => {
    const fill = () => {
      username.value = person.username;
      password.value = person.password;
      button.focus();
    };
    return h(
      "li",
      {},
      h(
        "button",
        { type: "button", class: "person", onclick: fill },
        h("span", {}, person.name),
        h("code", {}, `${person.username} / ${person.password}`),
      ),
    );
  });

  async function submit(event: Event) {
    event.preventDefault();
    if (button.ariaDisabled === "true") return;
    button.ariaDisabled = "true";
    say(problem, "");
    for (const field of fields) {
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-describedby");
    }
    const wrong = await handover.signIn({ username: username.value.trim(), password: password.value });
    button.ariaDisabled = null;
    if (!wrong) return;
    say(problem, signInProblem[wrong]);
    if (wrong !== "credentials") return;
    for (const field of fields) {
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", problem.id);
    }
    password.select();
  }

  // A script that fails to load must not put a password into the address: post, and to a route that refuses plain forms.
  return h(
    "form",
    { class: "sign-in", method: "post", action: "/login", onsubmit: submit },
    h("div", { class: "field" }, h("label", { for: username.id }, "User name"), username),
    h("div", { class: "field" }, h("label", { for: password.id }, "Password"), password),
    problem,
    button,
    h(
      "div",
      { class: "people" },
      h("p", { id: "people" }, "This is a demo. Two people work here:"),
      h("ul", { "aria-labelledby": "people" }, ...fillers),
    ),
  );
}
