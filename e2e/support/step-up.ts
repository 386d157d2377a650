import { expect } from "@playwright/test";
import type { Tab } from "./tab.js";

/** The password in the middle of the work, as a user is asked for it. */
export function stepUp({ page }: Tab) {
  const asks = page.getByRole("dialog", { name: "Is it still you?" });
  return {
    asks,
    password: asks.getByLabel("Password"),
    goOn: asks.getByRole("button", { name: "Continue" }),
    cancel: asks.getByRole("button", { name: "Cancel" }),
  };
}

/** Until the server thinks that the password was given too long ago, as it does after `maxAge` ms. */
export const longAgo = ({ page }: Tab, maxAge: number) =>
  expect
    .poll(() => page.evaluate(() => Date.now() - (demo.session.inspect().record?.authAt ?? Date.now())))
    .toBeGreaterThan(maxAge + 200);
