import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { isSessionError, SessionError } from "../../src/errors.js";

test("an error says what, in words and as a code", () => {
  const error = new SessionError("ERR_TIMEOUT", "The server did not answer in time.");
  expect(error).toBeInstanceOf(Error);
  expect(String(error)).toBe("SessionError: The server did not answer in time.");
  expect(error.code).toBe("ERR_TIMEOUT");
  expect([error.option, error.retryAfter, error.reason, error.status]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test("an error carries what is known beside its code", () => {
  const details = { option: "idle.warning", retryAfter: 5, reason: "idle", status: 401 } as const;
  expect({ ...new SessionError("ERR_REJECTED", "no", details) }).toEqual({
    name: "SessionError",
    code: "ERR_REJECTED",
    ...details,
  });
});

test("an error is known for what it is, also from another copy of the package", () => {
  expect(isSessionError(new SessionError("ERR_TIMEOUT", "no"))).toBe(true);
  const foreign = Object.assign(new Error("no"), { name: "SessionError", code: "ERR_TIMEOUT" });
  expect(isSessionError(foreign)).toBe(true);
  const elsewhere = runInNewContext(
    `Object.assign(new Error("no"), { name: "SessionError", code: "ERR_TIMEOUT" })`,
  );
  expect(elsewhere).not.toBeInstanceOf(Error);
  expect(isSessionError(elsewhere)).toBe(true);
});

test.each([
  undefined,
  null,
  "SessionError",
  new Error("no"),
  Object.assign(new Error("no"), { code: "ERR_TIMEOUT" }),
  Object.assign(new Error("no"), { name: "SessionError" }),
  { name: "SessionError", code: "ERR_TIMEOUT" },
])("anything else is none: %s", (value) => {
  expect(isSessionError(value)).toBe(false);
});
