// @vitest-environment node
import { createSession } from "sojourn";
import { bff } from "sojourn/presets";
import { createWarning } from "sojourn/warning";
import { expect, test } from "vitest";

test("on a server it is closed, and subscribing does nothing that would have to end", () => {
  expect(typeof document).toBe("undefined");
  const warning = createWarning(createSession({ server: bff() }));
  const timers = process.getActiveResourcesInfo();
  const stop = warning.subscribe(() => {});
  expect(warning.getState()).toMatchObject({ open: false, secondsLeft: 0 });
  expect(process.getActiveResourcesInfo()).toEqual(timers);
  stop();
});
