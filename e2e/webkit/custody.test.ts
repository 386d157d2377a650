import { placesOf } from "../attack/support/dump.js";
import type {} from "../attack/support/injected.js";
import { callOf, every, modes } from "../attack/support/modes.js";
import { signInByCode } from "./support/code-flow.js";
import { expectAll, type Tab } from "./support/tab.js";
import { expect, test } from "./support/test.js";

test.override({ tapped: true });

test.for(every)(
  "F1 S11 C5 %s: a reload beside another tab costs no refresh, a sign-out ends both, and a script that looks everywhere finds no secret",
  async (mode, { open, server, tap }) => {
    const secrets = tap?.secrets ?? new Set();
    const a = await open("window", modes[mode].path);
    await (mode === "none" ? a.signIn() : signInByCode(a));
    const b = await open("window", modes[mode].path);
    await expectAll([a, b], "active");
    await b.load();
    await expectAll([a, b], "active");
    const call = (path: string) => demo.session.fetch(path).then(({ status }) => status);
    for (const tab of [a, b]) expect(await tab.run(call, callOf(mode))).toBe(200);
    expect((await server.metrics()).refreshRequests).toBe(0);

    // What passes between the two is heard in both.
    const known = secrets.size;
    expect(known).toBeGreaterThanOrEqual(2);
    await a.run(() => demo.session.refresh());
    await expect.poll(async () => (await b.facts()).sequence).toBe(1);
    expect(await b.run(call, callOf(mode))).toBe(200);
    expect(secrets.size).toBeGreaterThan(known);
    const look = async (tab: Tab) => {
      const found = await tab.run(() => globalThis.lookEverywhere());
      expect(placesOf(found, secrets)).toEqual([]);
      expect(placesOf(found, ["EXPORTED"]), "no key can be exported").toEqual([]);
    };
    await look(b);
    if (modes[mode].where === "page") {
      const token = await b.run(() => demo.session.getAccessToken());
      expect([...secrets], "the control: the page has it").toContain(token);
    }

    await b.click("button", "Sign out");
    await expectAll([a, b], "ended");
    await expect.poll(async () => (await server.metrics()).signOuts).toBe(1);
    await look(a);
  },
);
