import { expect, test } from "vitest";
import { defineSessionWarning, SessionWarningElement } from "../../src/element/index.js";

test("importing it makes <session-warning> known", () => {
  expect(customElements.get("session-warning")).toBe(SessionWarningElement);
  expect(document.createElement("session-warning")).toBeInstanceOf(SessionWarningElement);
});

test("it can have other names as well, and defining it again does nothing", () => {
  defineSessionWarning("ward-warning");
  defineSessionWarning("ward-warning");
  defineSessionWarning();
  expect(document.createElement("ward-warning")).toBeInstanceOf(SessionWarningElement);
  expect(customElements.get("session-warning")).toBe(SessionWarningElement);
});

test("without a session it is nothing to be seen, and it can be moved and removed", () => {
  const element = document.createElement("session-warning");
  document.body.append(element);
  document.body.prepend(element);
  expect(element.shadowRoot?.childNodes).toHaveLength(0);
  element.remove();
  expect(element.session).toBeUndefined();
});

test("A1 a warning that is too short to be answered is refused, by name", async () => {
  const { createSession } = await import("../../src/index.js");
  expect(() => createSession({ refresh: "/refresh", idle: { timeout: "1m", warning: "19s" } })).toThrow(
    expect.objectContaining({ code: "ERR_INVALID_OPTION", option: "idle.warning" }),
  );
});
