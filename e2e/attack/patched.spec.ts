import { callOf, expect, modes, openTab, signedIn, signOut, test } from "./support/attack.js";
import { patchEverything } from "./support/patches.js";

/** A page that has the tokens has them in the open whenever it uses them. Nothing goes through `Object.prototype`. */
const inPage = [
  ...["Headers.set", "JSON.parse", "JSON.stringify", "Promise.then", "Request", "TextEncoder"],
  ...["fetch: Authorization", "fetch: body", "fetch: reply"],
];

// A worker for each tab has the same page.
for (const mode of ["none", "memory", "sealed", "worker"] as const)
  test(`S11 ${mode}: a script that has replaced the page's functions before the page began sees ${modes[mode].where === "page" ? "the tokens: this is not defended against" : "no secret"}`, async ({
    context,
    tap,
  }) => {
    await context.addInitScript(patchEverything);
    const tab = await signedIn(context, mode);
    const { page } = tab;
    expect(await tab.call(callOf(mode))).toBe(200);
    expect(await tab.refresh()).toBe("ok");
    const second = await openTab(context, modes[mode].path);
    expect(await second.call(callOf(mode))).toBe(200);
    const seen = async () =>
      page.evaluate(
        (secrets) =>
          Object.entries(globalThis.leaked)
            .filter(([, values]) => values.some((it) => secrets.some((secret) => `${it}`.includes(secret))))
            .map(([where]) => where)
            .sort(),
        [...tap.secrets],
      );
    const heard = await page.evaluate(() => Object.keys(globalThis.leaked));
    expect(heard, "the patches are in force").toEqual(
      expect.arrayContaining(["fetch: reply", "Promise.then"]),
    );
    const leaks = modes[mode].where === "page" ? inPage : [];
    expect(await seen()).toEqual(leaks);

    // It need not go to such lengths.
    const asked = await page.evaluate(() => demo.session.getAccessToken().catch((error) => error.code));
    if (modes[mode].where === "page") expect([...tap.secrets]).toContain(asked);
    else expect(asked).toBe("ERR_NO_CREDENTIAL");

    await signOut(tab);
    expect(await seen()).toEqual(leaks);
  });
