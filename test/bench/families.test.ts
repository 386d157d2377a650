import { expect, test } from "vitest";
import { Families } from "../../bench/support/families.js";

test("a refresh token that comes again ends a strict server's session, and counts as a reuse", () => {
  const families = new Families("strict");
  const first = families.begin();
  const second = families.refresh(first.refresh);
  expect(families.accepts(second?.access)).toBe(true);
  expect(families.refresh(first.refresh)).toBeUndefined();
  expect(families.accepts(second?.access)).toBe(false);
  expect(families).toMatchObject({ refreshes: 2, reuses: 1 });
});

test("a server with an interval gives the successor once more, and ends nothing", () => {
  const families = new Families("interval");
  const first = families.begin();
  const second = families.refresh(first.refresh);
  const again = families.refresh(first.refresh);
  expect(families.accepts(again?.access)).toBe(true);
  expect(families.refresh(again?.refresh)).toBeDefined();
  expect(families.accepts(second?.access)).toBe(true);
  expect(families.reuses).toBe(1);
});

test("a server that waits for a confirmation forgives until the successor was used", () => {
  const families = new Families("unconfirmed");
  const first = families.begin();
  families.refresh(first.refresh);
  const again = families.refresh(first.refresh);
  expect(again).toBeDefined();
  families.accepts(again?.access);
  expect(families.refresh(first.refresh)).toBeUndefined();
});

test("what was refused is refused for good, and what is granted in the same instant is not", () => {
  const families = new Families("strict");
  const first = families.begin();
  families.refuseAll();
  expect(families.accepts(first.access)).toBe(false);
  expect(families.accepts(families.refresh(first.refresh)?.access)).toBe(true);
});
