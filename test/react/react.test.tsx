import { act, useEffect, useState, version } from "react";
import {
  SessionGate,
  SessionProvider,
  useSession,
  useSessionObject,
  useSessionWarning,
  useStepUp,
} from "sojourn/react";
import { createWorld, type FakeUser, type Tab, type World } from "sojourn/testing";
import { describe, expect, expectTypeOf, onTestFinished, test } from "vitest";
import { alone, HOUR, LASTING, MINUTE, SECOND, signedIn } from "../session/support.js";
import { counted, inPage } from "../warning/page.js";
import { actEnvironment, complaints, type Mounted, mount } from "./render.js";

const lasting = { server: LASTING };

/** A tab that nobody is signed in in. */
function newcomer(options = {}): { world: World; tab: Tab } {
  const world = createWorld(lasting);
  return { world, tab: world.tab(options) };
}

function Name() {
  return useSession((state) => ("user" in state ? state.user?.name : undefined)) ?? "somebody";
}

function Page() {
  return (
    <SessionGate
      fallback="one moment"
      signedOut="please sign in"
      ended={({ reason, origin }) => `over: ${reason}, ${origin}`}
    >
      <h1>
        Notes of <Name />
      </h1>
    </SessionGate>
  );
}

function Warning() {
  const { open, limit, secondsLeft, extendable, pending, error, extend, logout, dismiss } =
    useSessionWarning();
  if (!open) return "all is well";
  return (
    <div role="alertdialog">
      {limit} in {secondsLeft} s{pending && ", pending"}
      {error && `, ${error.code}`}
      {extendable ? (
        <button type="button" onClick={extend}>
          Stay
        </button>
      ) : (
        <button type="button" onClick={dismiss}>
          OK
        </button>
      )}
      <button type="button" onClick={logout}>
        Leave
      </button>
    </div>
  );
}

test("runs on the React that it is meant for", () => {
  expect(version.split(".")[0]).toBe(process.env.FRAMEWORK);
});

describe("SessionGate", () => {
  test("shows the fallback until it is known who is signed in, then the sign-in", async () => {
    const { world, tab } = newcomer();
    const page = await mount(
      <SessionProvider session={tab.session}>
        <Page />
      </SessionProvider>,
    );
    expect(page.text).toBe("one moment");
    await act(() => world.advance(SECOND));
    expect(page.text).toBe("please sign in");
  });

  test("shows its children in a live session, also while a warning is open, and the end with its reason", async () => {
    const { world, tab } = newcomer();
    const page = await mount(
      <SessionProvider session={tab.session}>
        <Page />
      </SessionProvider>,
    );
    await act(() => world.run(tab.signIn("ada")));
    expect(page.text).toBe("Notes of Ada");
    await act(() => world.advance(14 * MINUTE));
    expect(tab.session.getState().status).toBe("warning");
    expect(page.text).toBe("Notes of Ada");
    await act(() => world.advance(2 * MINUTE));
    expect(page.text).toMatch(/^over: idle, /);
    await act(() => world.run(tab.signIn("ada")));
    expect(page.text).toBe("Notes of Ada");
  });

  test("shows the sign-in after the end where nothing is said of the end, and nothing where nothing is said", async () => {
    const { world, tab } = await alone(lasting);
    const page = await mount(
      <SessionProvider session={tab.session}>
        <SessionGate signedOut="please sign in">in</SessionGate>
        <SessionGate>, in</SessionGate>
      </SessionProvider>,
    );
    expect(page.text).toBe("in, in");
    await act(() => world.run(tab.session.logout()));
    expect(page.text).toBe("please sign in");
  });

  test("gives the state to a function: its user has the type that the session was made with", async () => {
    const { tab } = await alone(lasting);
    const page = await mount(
      <SessionProvider session={tab.session}>
        <SessionGate>
          {({ user }) => {
            expectTypeOf(user).toEqualTypeOf<FakeUser | undefined>();
            return user?.name;
          }}
        </SessionGate>
      </SessionProvider>,
    );
    expect(page.text).toBe("Ada");
  });

  test("another user gets components of their own, the same user keeps them", async () => {
    const { world, tab } = await alone(lasting);
    let drafts = 0;
    function Draft() {
      const [draft] = useState(() => ++drafts);
      return <p>draft {draft}</p>;
    }
    const page = await mount(
      <SessionProvider session={tab.session}>
        <SessionGate>
          <Draft />
        </SessionGate>
      </SessionProvider>,
    );
    const hers = page.text;
    await act(() => world.run(tab.session.refresh()));
    await act(() => world.run(tab.signIn("ada")));
    expect(page.text).toBe(hers);
    await act(() => world.run(tab.signIn("alan")));
    expect(tab.session.getState()).toMatchObject({ status: "active", user: { id: "alan" } });
    expect(page.text).toMatch(/^draft \d+$/);
    expect(page.text).not.toBe(hers);
  });

  test("nothing of a session that ended meanwhile is there when a page comes back from the back/forward cache", async () => {
    const world = createWorld(lasting);
    const shown: (string | null)[] = [];
    const tab = world.tab({
      browser: (usual) => ({
        ...usual,
        lifecycle: {
          ...usual.lifecycle,
          curtain(closed) {
            usual.lifecycle.curtain(closed);
            // After all microtasks and before any other task: the first moment at which a browser could paint.
            if (!closed) process.nextTick(() => shown.push(page.container.textContent));
          },
        },
      }),
    });
    const other = world.tab();
    await world.run(tab.signIn("ada"));
    await world.run(other.session.start());
    const page = await mount(
      <SessionProvider session={tab.session}>
        <Page />
      </SessionProvider>,
    );
    expect(page.text).toBe("Notes of Ada");
    // From here on React decides when it renders.
    actEnvironment(false);
    onTestFinished(() => actEnvironment(true));

    tab.bfcache();
    await world.run(other.session.logout());
    await world.advance(MINUTE);
    expect(page.text).toBe("Notes of Ada");
    expect(tab.curtain).toBe(true);
    tab.restore();
    await world.advance(SECOND);
    expect(tab.curtain).toBe(false);
    expect(shown).toEqual(["over: logout, other-tab"]);
  });
});

describe("SessionProvider", () => {
  test("starts the session", async () => {
    const { world, tab } = newcomer();
    await mount(<SessionProvider session={tab.session}>hello</SessionProvider>);
    await act(() => world.advance(SECOND));
    expect(tab.session.getState().status).toBe("signed-out");
  });

  test("leaves that to the application where it says so", async () => {
    const { world, tab } = newcomer();
    await mount(
      <SessionProvider session={tab.session} autoStart={false}>
        hello
      </SessionProvider>,
    );
    await act(() => world.advance(SECOND));
    expect(tab.session.getState().status).toBe("unknown");
    expect(tab.usage().channels).toBe(0);
  });

  test("follows another session that it is given", async () => {
    const { world, tab } = await alone(lasting);
    const second = newcomer();
    const page = await mount(
      <SessionProvider session={tab.session}>
        <Page />
      </SessionProvider>,
    );
    expect(page.text).toBe("Notes of Ada");
    await page.render(
      <SessionProvider session={second.tab.session}>
        <Page />
      </SessionProvider>,
    );
    await act(() => second.world.advance(SECOND));
    expect(page.text).toBe("please sign in");
    await act(() => world.run(tab.session.logout()));
    expect(page.text).toBe("please sign in");
  });

  test("is missed with a clear message", async () => {
    // React reports what was thrown while rendering on the window, too.
    const silence = (event: Event) => event.preventDefault();
    window.addEventListener("error", silence);
    await expect(mount(<Name />)).rejects.toThrow("sojourn/react: no <SessionProvider>.");
    window.removeEventListener("error", silence);
    complaints.length = 0;
  });

  test("in StrictMode there is one channel, one set of listeners and no lock", async () => {
    const { world, tab } = newcomer();
    await mount(
      <SessionProvider session={tab.session}>
        <Page />
        <Warning />
      </SessionProvider>,
    );
    await act(() => world.run(tab.signIn("ada")));
    await act(() => world.advance(SECOND));
    // The one timer is for the next deadline.
    expect(tab.usage()).toEqual({
      timers: 1,
      activity: 1,
      lifecycle: 1,
      channels: 1,
      locksHeld: 0,
      locksPending: 0,
      storage: 1,
      requests: 0,
    });
  });

  test("mounted and unmounted 100 times, hot updates in between: every count is as before", async () => {
    const { world, tab } = await alone(lasting);
    const browser = inPage(tab);
    const session = counted(tab.session);
    const tree = (Component: () => React.ReactNode) => (
      <SessionProvider session={session}>
        <Page />
        <Component />
      </SessionProvider>
    );
    await act(() => world.advance(14 * MINUTE));
    const before = tab.usage();
    const requests = world.network.log.length;
    for (let i = 0; i < 100; i++) {
      const page = await mount(tree(Warning));
      expect(browser.listeners).toBe(1);
      expect(session.subscribers).toBe(3);
      expect(tab.usage()).toEqual({ ...before, timers: before.timers + 1 });
      // What a hot update does to a component that it cannot keep: another type with the same work.
      await page.render(tree(() => Warning()));
      expect([browser.listeners, session.subscribers]).toEqual([1, 3]);
      expect(tab.usage()).toEqual({ ...before, timers: before.timers + 1 });
      await page.unmount();
    }
    expect([tab.usage(), browser.listeners, session.subscribers]).toEqual([before, 0, 0]);
    await act(() => world.advance(SECOND));
    expect(world.network.log.length).toBe(requests);
  });
});

describe("useSession", () => {
  test("without a selector is the state itself", async () => {
    const { tab } = await alone(lasting);
    let seen: unknown;
    function Look() {
      seen = useSession();
      return null;
    }
    await mount(
      <SessionProvider session={tab.session}>
        <Look />
      </SessionProvider>,
    );
    expect(seen).toBe(tab.session.getState());
  });

  test("with a selector renders again only when what it takes has changed", async () => {
    const { world, tab } = await alone(lasting);
    let renders = 0;
    function Look() {
      const live = useSession((state) => "user" in state);
      useEffect(() => {
        renders++;
      });
      return String(live);
    }
    const page = await mount(
      <SessionProvider session={tab.session}>
        <Look />
      </SessionProvider>,
    );
    const before = renders;
    await act(() => world.advance(14 * MINUTE));
    expect(tab.session.getState().status).toBe("warning");
    expect(renders).toBe(before);
    await act(() => world.run(tab.session.logout()));
    expect(page.text).toBe("false");
    expect(renders).toBe(before + 1);
  });

  test("takes an inline selector that makes a new object every time, and one that closes over a prop", async () => {
    const { world, tab } = await alone(lasting);
    function Look({ label }: { label: string }) {
      const { text } = useSession((state) => ({ text: `${label}: ${state.status}` }));
      return text;
    }
    const tree = (label: string) => (
      <SessionProvider session={tab.session}>
        <Look label={label} />
      </SessionProvider>
    );
    const page = await mount(tree("status"));
    expect(page.text).toBe("status: active");
    await page.render(tree("Zustand"));
    expect(page.text).toBe("Zustand: active");
    await act(() => world.run(tab.session.logout()));
    expect(page.text).toBe("Zustand: ended");
  });

  test("infers the types", async () => {
    const { tab } = await alone(lasting);
    function Look() {
      const state = useSession();
      if (state.status === "active") expectTypeOf(state.user).toEqualTypeOf<FakeUser | undefined>();
      expectTypeOf(useSession((it) => it.connection)).toEqualTypeOf<"ok" | "retrying">();
      expectTypeOf(useSessionObject().getState()).toEqualTypeOf(state);
      return useSessionObject() === tab.session ? "the same" : "another";
    }
    const page = await mount(
      <SessionProvider session={tab.session}>
        <Look />
      </SessionProvider>,
    );
    expect(page.text).toBe("the same");
  });
});

describe("useSessionWarning", () => {
  test("counts down, says what fails, and closes in every tab when the session was extended", async () => {
    const { world, tabs } = await signedIn(2, lasting);
    inPage(tabs[0]);
    const pages: Mounted[] = [];
    for (const { session } of tabs)
      pages.push(
        await mount(
          <SessionProvider session={session}>
            <Warning />
          </SessionProvider>,
        ),
      );
    const texts = () => pages.map((page) => page.text);
    expect(texts()).toEqual(["all is well", "all is well"]);
    await act(() => world.advance(13 * MINUTE + 100));
    await act(() => world.advance(tabs[0].session.timeLeft("idle") - 99_700));
    expect(texts()[0]).toBe("idle in 100 sStayLeave");
    await act(() => world.advance(SECOND));
    expect(texts()[0]).toBe("idle in 99 sStayLeave");

    world.network.next("/session/touch", { answer: { status: 503 } });
    await pages[0].press("Stay");
    expect(texts()[0]).toBe("idle in 99 s, pendingStayLeave");
    await act(() => world.advance(500));
    expect(texts()[0]).toBe("idle in 99 s, ERR_UNAVAILABLEStayLeave");
    await pages[0].press("Stay");
    expect(texts()[0]).toMatch(/pendingStay/);
    await act(() => world.advance(SECOND));
    expect(texts()).toEqual(["all is well", "all is well"]);
  });

  test("is one for all components: a dismissal, and an answer that is pending", async () => {
    const { world, tab } = await alone(lasting, { idle: false, absolute: { timeout: "8h", warning: "1h" } });
    inPage(tab);
    const page = await mount(
      <SessionProvider session={tab.session}>
        <Warning />
        <Warning />
      </SessionProvider>,
    );
    await act(() => world.advance(7 * HOUR + MINUTE));
    expect(page.text).toMatch(/^absolute in \d+ sOKLeaveabsolute in \d+ sOKLeave$/);
    await page.press("OK");
    expect(page.text).toBe("all is wellall is well");
  });

  test("signs out", async () => {
    const { world, tab } = await alone(lasting);
    inPage(tab);
    const page = await mount(
      <SessionProvider session={tab.session}>
        <Warning />
      </SessionProvider>,
    );
    await act(() => world.advance(14 * MINUTE));
    await page.press("Leave");
    await act(() => world.advance(SECOND));
    expect(tab.session.getState()).toMatchObject({ status: "ended", reason: "logout" });
    expect(page.text).toBe("all is well");
  });
});

describe("T6 useStepUp()", () => {
  function Asks() {
    const asked = useStepUp();
    if (!asked) return "nothing is asked";
    return (
      <button type="button" onClick={asked.cancel}>
        {`${asked.acrValues ?? "any"}, ${asked.maxAge}`}
      </button>
    );
  }

  test("shows what is asked, one after the other, until it is done or called off", async () => {
    const { world, tab } = await alone(lasting);
    const page = await mount(
      <SessionProvider session={tab.session}>
        <Asks />
      </SessionProvider>,
    );
    expect(page.text).toBe("nothing is asked");
    const failed = tab.session.requireFresh({ maxAge: "1m" }).catch((error) => error.code);
    const met = tab.session.requireFresh({ maxAge: "5m", acr: "gold" });
    await act(() => world.advance(SECOND));
    expect(page.text).toBe("any, 60000");
    await page.press("any, 60000");
    expect(await failed).toBe("ERR_NOT_FRESH");
    expect(page.text).toBe("gold, 300000");
    const grant = world.server.signIn("ada");
    await act(async () => {
      await world.run(tab.session.start({ ...grant, authenticatedAgo: 0, acr: "gold" }));
      await met;
    });
    expect(page.text).toBe("nothing is asked");
  });

  test("hears nothing any more when its component is gone", async () => {
    const { world, tab } = await alone(lasting);
    const page = await mount(
      <SessionProvider session={tab.session}>
        <Asks />
      </SessionProvider>,
    );
    await page.unmount();
    const call = tab.session.requireFresh({ maxAge: "1m" }).catch((error) => error.code);
    await world.advance(SECOND);
    tab.session.destroy();
    expect(await call).toBe("ERR_DESTROYED");
  });
});
