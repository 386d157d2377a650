// @vitest-environment node
import { expect, test } from "vitest";

test("importing it on a server does nothing and harms nothing", async () => {
  const before = Reflect.ownKeys(globalThis).length;
  const { defineSessionWarning, SessionWarningElement, safeReturnTo } = await import(
    "../../src/element/index.js"
  );
  expect(() => defineSessionWarning("my-warning")).not.toThrow();
  expect(SessionWarningElement).toBeTypeOf("function");
  expect(safeReturnTo("/a", [], "https://clinic.example")).toBe("https://clinic.example/a");
  expect(Reflect.ownKeys(globalThis)).toHaveLength(before);
});
