import type { SessionState } from "sojourn";
import { createSession } from "sojourn";
import type { FakeUser, Tab, World } from "sojourn/testing";
import type { SessionWarning, WarningState } from "sojourn/warning";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { alone, LASTING, MINUTE, SECOND } from "../session/support.js";
import { counted, inPage } from "../warning/page.js";
import { filesOf, root } from "./blocks.js";
import { use } from "./session.js";

// biome-ignore lint/suspicious/noExplicitAny: types.test.ts checks the types of the recipes
const load = (path: string): Promise<any> => import(/* @vite-ignore */ `${root}docs/recipes/${path}`);

let world: World;
let tab: Tab;
let session: ReturnType<typeof counted<FakeUser>>;
let page: ReturnType<typeof inPage>;
beforeEach(async () => {
  ({ world, tab } = await alone({ server: LASTING }));
  page = inPage(tab);
  session = counted(tab.session);
  use(session);
});
/** What every recipe promises: who leaves, leaves nothing. */
afterEach(() => expect([session.subscribers, page.listeners]).toEqual([0, 0]));

describe.each(["svelte", "solid", "angular"])("%s", (recipe) => {
  test("the session of the recipe can be made", async () => {
    const own = await load(`${recipe}.md/session.ts?own`);
    expect(own.session.getState()).toEqual({ status: "unknown", connection: "ok" });
    expect(Object.keys(own.session)).toEqual(Object.keys(createSession({ refresh: "/" })));
    own.session.destroy();
  });

  test("every code block is tried", () => {
    const tried = {
      svelte: ["session.ts", "App.svelte", "Warning.svelte"],
      solid: ["session.ts", "use-session.ts", "use-warning.ts"],
      angular: ["session.ts", "inject-session.ts", "inject-warning.ts"],
    }[recipe];
    expect([...filesOf(`docs/recipes/${recipe}.md`).keys()]).toEqual(tried);
  });
});

describe("Svelte", () => {
  async function mounted(path: string) {
    const { flushSync, mount, unmount } = await import("svelte");
    const component = await load(path);
    const app = mount(component.default, { target: document.body });
    flushSync();
    return {
      text() {
        flushSync();
        return document.body.textContent?.replaceAll(/\s+/g, " ").trim();
      },
      press(name: string) {
        const button = [...document.querySelectorAll("button")].find((it) => it.textContent === name);
        if (!button) throw new Error(`There is no button "${name}".`);
        button.click();
        flushSync();
      },
      unmount: () => unmount(app),
    };
  }

  test("a session is a store: it calls back at once, for get and derived too", async () => {
    const { derived, fromStore, get } = await import("svelte/store");
    expect(get(session)).toBe(session.getState());
    const status = derived(session, (state) => state.status);
    const seen: string[] = [];
    const stop = status.subscribe((now) => seen.push(now));
    await world.advance(14 * MINUTE);
    stop();
    await world.run(tab.session.logout());
    expect(seen).toEqual(["active", "warning"]);
    expect(fromStore(session).current).toBe(session.getState());
  });

  test("App.svelte greets who is signed in, and signs out", async () => {
    const app = await mounted("svelte.md/App.svelte");
    expect(app.text()).toBe("Hello Ada Sign out");
    app.press("Sign out");
    await world.advance(SECOND);
    expect(app.text()).toBe("Sign in");
    await app.unmount();
  });

  test("Warning.svelte counts down, and closes when the session was extended", async () => {
    const app = await mounted("svelte.md/Warning.svelte");
    expect(app.text()).toBe("");
    await world.advance(13 * MINUTE + 100);
    await world.advance(tab.session.timeLeft("idle") - 99_700);
    expect(app.text()).toBe("We will sign you out in 100 seconds. Stay signed in Sign out");
    await world.advance(SECOND);
    expect(app.text()).toMatch(/in 99 seconds/);
    world.network.next("/session/touch", { answer: { status: 503 } });
    app.press("Stay signed in");
    await world.advance(SECOND);
    expect(app.text()).toMatch(/That did not work/);
    app.press("Stay signed in");
    await world.advance(SECOND);
    expect(app.text()).toBe("");
    await app.unmount();
  });
});

describe("Solid", () => {
  test("use-session.ts is a signal that ends with its owner", async () => {
    const { createEffect, createRoot } = await import("solid-js");
    const { useSession, useUser } = await load("solid.md/use-session.ts");
    const seen: unknown[] = [];
    const dispose = createRoot((end) => {
      const state = useSession();
      const user = useUser();
      createEffect(() => seen.push([state().status, user()?.name]));
      return end;
    });
    expect(session.subscribers).toBe(2);
    await world.advance(14 * MINUTE);
    await world.run(tab.session.logout());
    expect(seen[0]).toEqual(["active", "Ada"]);
    expect(seen).toContainEqual(["warning", "Ada"]);
    expect(seen.at(-1)).toEqual(["ended", undefined]);
    dispose();
  });

  test("use-warning.ts counts down, and closes when the session was extended", async () => {
    const { createEffect, createRoot } = await import("solid-js");
    const { useWarning, extend } = await load("solid.md/use-warning.ts");
    const seen: WarningState[] = [];
    const dispose = createRoot((end) => {
      const warning = useWarning();
      createEffect(() => seen.push(warning()));
      return end;
    });
    await counts(seen, extend);
    dispose();
  });
});

describe("Angular", () => {
  async function injected<T>(ask: () => T) {
    const { Injector, runInInjectionContext } = await import("@angular/core");
    const injector = Injector.create({ providers: [] });
    return [runInInjectionContext(injector, ask), () => injector.destroy()] as const;
  }

  test("inject-session.ts is a signal that ends with who asked for it", async () => {
    const { injectSession, injectUser } = await load("angular.md/inject-session.ts");
    const [[state, user], destroy] = await injected(
      () => [injectSession(), injectUser()] as [() => SessionState, () => FakeUser | undefined],
    );
    expect([state().status, user()?.name]).toEqual(["active", "Ada"]);
    await world.advance(14 * MINUTE);
    expect([state().status, user()?.name]).toEqual(["warning", "Ada"]);
    await world.run(tab.session.logout());
    expect([state().status, user()?.name]).toEqual(["ended", undefined]);
    destroy();
  });

  test("inject-warning.ts counts down, and closes when the session was extended", async () => {
    const { computed } = await import("@angular/core");
    const { injectWarning, extend } = await load("angular.md/inject-warning.ts");
    const [warning, destroy] = await injected<() => WarningState>(injectWarning);
    const seconds = computed(() => warning().secondsLeft);
    const seen: WarningState[] = [];
    await counts(seen, extend, () => {
      expect(seconds()).toBe(warning().secondsLeft);
      seen.push(warning());
    });
    destroy();
  });
});

describe("Step-up", () => {
  test("T6 the dialog asks for as long as a transfer waits, and the password lets it go on; Escape calls it off", async () => {
    const { askIn } = await load("step-up.md/password-dialog.ts");
    const { transfer, confirmIdentity } = await load("step-up.md/transfer.ts");
    const dialog = document.body.appendChild(document.createElement("dialog"));
    // What jsdom's dialogs cannot do.
    Object.assign(dialog, {
      showModal: () => dialog.setAttribute("open", ""),
      close: () => dialog.removeAttribute("open"),
    });
    const form = dialog.appendChild(document.createElement("form"));
    form.innerHTML = '<input name="password" value="lovelace">';
    let fresh = false;
    world.server.route("/api/transfers", () => ({
      status: fresh ? 201 : 401,
      headers: { "www-authenticate": 'Bearer error="insufficient_user_authentication", max_age="300"' },
      body: {},
    }));
    const sent: unknown[] = [];
    vi.stubGlobal("fetch", async (url: string, { body }: RequestInit) => {
      sent.push([url, body]);
      fresh = true;
      return Response.json({ user: { id: "ada", name: "Ada" }, epoch: 1, authenticatedAgo: 0 });
    });
    askIn(dialog, form);

    const called = transfer("N1", "N4");
    await world.advance(SECOND);
    expect(dialog.open).toBe(true);
    dialog.dispatchEvent(new Event("cancel"));
    expect(await called).toBe(false);
    expect(dialog.open).toBe(false);

    const waiting = [transfer("N1", "N4"), confirmIdentity()];
    await world.advance(SECOND);
    expect(dialog.open).toBe(true);
    form.dispatchEvent(new Event("submit", { cancelable: true }));
    await vi.waitFor(() => expect(sent).toEqual([["/session/reauthenticate", '{"password":"lovelace"}']]));
    await vi.waitFor(async () => {
      await world.advance(SECOND);
      expect(dialog.open).toBe(false);
    });
    expect(await Promise.all(waiting)).toEqual([true, undefined]);
    dialog.remove();
  });
});

/** From before the warning to its end: a second passes, then the user stays. */
async function counts(seen: WarningState[], extend: SessionWarning["extend"], look = () => {}) {
  look();
  expect(seen.at(-1)).toMatchObject({ open: false });
  await world.advance(13 * MINUTE + 100);
  await world.advance(tab.session.timeLeft("idle") - 99_700);
  look();
  expect(seen.at(-1)).toMatchObject({ open: true, secondsLeft: 100 });
  await world.advance(SECOND);
  look();
  expect(seen.at(-1)).toMatchObject({ open: true, secondsLeft: 99 });
  await world.run(extend());
  look();
  expect(seen.at(-1)).toMatchObject({ open: false, pending: false });
}
