import { createWorld, type FakeUser, type Tab, type World } from "sojourn/testing";
import { SessionGate, useSession, useSessionObject, useSessionWarning, useStepUp } from "sojourn/vue";
import { describe, expect, expectTypeOf, test } from "vitest";
import { effectScope, h, nextTick, onMounted, ref, type ShallowRef, version } from "vue";
import { alone, HOUR, LASTING, MINUTE, SECOND, signedIn } from "../session/support.js";
import { counted, inPage } from "../warning/page.js";
import { complaints, type Mounted, mount } from "./render.js";

const lasting = { server: LASTING };

/** A tab that nobody is signed in in. */
function newcomer(options = {}): { world: World; tab: Tab } {
  const world = createWorld(lasting);
  return { world, tab: world.tab(options) };
}

const Name = {
  setup() {
    const session = useSession();
    return () => ("user" in session.value && session.value.user?.name) || "somebody";
  },
};

const Page = () =>
  h(SessionGate, null, {
    default: () => ["Notes of ", h(Name)],
    fallback: () => "one moment",
    "signed-out": () => "please sign in",
    ended: ({ reason, origin }: { reason: string; origin: string }) => `over: ${reason}, ${origin}`,
  });

const Warning = {
  setup() {
    const warning = useSessionWarning();
    return () => {
      const { open, limit, secondsLeft, extendable, pending, error, extend, logout, dismiss } = warning.value;
      if (!open) return "all is well";
      return h("div", { role: "alertdialog" }, [
        `${limit} in ${secondsLeft} s${pending ? ", pending" : ""}${error ? `, ${error.code}` : ""}`,
        extendable ? h("button", { onClick: extend }, "Stay") : h("button", { onClick: dismiss }, "OK"),
        h("button", { onClick: logout }, "Leave"),
      ]);
    };
  },
};

test("runs on the Vue that it is meant for", () => {
  expect(version.split(".").slice(0, 2).join(".")).toBe(process.env.FRAMEWORK);
});

describe("SessionGate", () => {
  test("shows the fallback until it is known who is signed in, then the sign-in", async () => {
    const { world, tab } = newcomer();
    const page = await mount(Page, tab);
    expect(page.text).toBe("one moment");
    await world.advance(SECOND);
    expect(page.text).toBe("please sign in");
  });

  test("shows its default slot in a live session, also while a warning is open, and the end with its reason", async () => {
    const { world, tab } = newcomer();
    const page = await mount(Page, tab);
    await world.run(tab.signIn("ada"));
    await nextTick();
    expect(page.text).toBe("Notes of Ada");
    await world.advance(14 * MINUTE);
    expect(tab.session.getState().status).toBe("warning");
    expect(page.text).toBe("Notes of Ada");
    await world.advance(2 * MINUTE);
    expect(page.text).toMatch(/^over: idle, /);
    await world.run(tab.signIn("ada"));
    await nextTick();
    expect(page.text).toBe("Notes of Ada");
  });

  test("shows the sign-in after the end where nothing is said of the end, and nothing where nothing is said", async () => {
    const { world, tab } = await alone(lasting);
    const page = await mount(
      () => [
        h(SessionGate, null, { default: () => "in", "signed-out": () => "please sign in" }),
        h(SessionGate, null, () => ", in"),
      ],
      tab,
    );
    expect(page.text).toBe("in, in");
    await world.run(tab.session.logout());
    await nextTick();
    expect(page.text).toBe("please sign in");
  });

  test("gives the state to its slots: the user has the type that the session was made with", async () => {
    const { tab } = await alone(lasting);
    type Slots = InstanceType<typeof SessionGate>["$slots"];
    const slots = {
      default: ({ user }) => {
        expectTypeOf(user).toEqualTypeOf<FakeUser | undefined>();
        return [h("b", user?.name)];
      },
    } satisfies Slots;
    const page = await mount(() => h(SessionGate, null, slots), tab);
    expect(page.text).toBe("Ada");
  });

  test("another user gets components of their own, the same user keeps them", async () => {
    const { world, tab } = await alone(lasting);
    let drafts = 0;
    const Draft = {
      setup() {
        const draft = ref(0);
        onMounted(() => {
          draft.value = ++drafts;
        });
        return () => h("p", `draft ${draft.value}`);
      },
    };
    const page = await mount(() => h(SessionGate, null, () => h(Draft)), tab);
    expect(page.text).toBe("draft 1");
    await world.run(tab.session.refresh());
    await world.run(tab.signIn("ada"));
    await nextTick();
    expect(page.text).toBe("draft 1");
    await world.run(tab.signIn("alan"));
    await world.settle();
    expect(tab.session.getState()).toMatchObject({ status: "active", user: { id: "alan" } });
    expect(page.text).toBe("draft 2");
  });

  test("nothing of a session that ended meanwhile is there when a page comes back from the back/forward cache", async () => {
    const world = createWorld(lasting);
    const shown: string[] = [];
    const tab = world.tab({
      browser: (usual) => ({
        ...usual,
        lifecycle: {
          ...usual.lifecycle,
          curtain(closed) {
            usual.lifecycle.curtain(closed);
            // After all microtasks and before any other task: the first moment at which a browser could paint.
            if (!closed) process.nextTick(() => shown.push(page.text));
          },
        },
      }),
    });
    const other = world.tab();
    await world.run(tab.signIn("ada"));
    await world.run(other.session.start());
    const page = await mount(Page, tab);
    expect(page.text).toBe("Notes of Ada");

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

describe("sessionPlugin", () => {
  test("starts the session", async () => {
    const { world, tab } = newcomer();
    await mount(() => "hello", tab);
    await world.advance(SECOND);
    expect(tab.session.getState().status).toBe("signed-out");
  });

  test("leaves that to the application where it says so", async () => {
    const { world, tab } = newcomer();
    await mount(() => "hello", { session: tab.session, autoStart: false });
    await world.advance(SECOND);
    expect(tab.session.getState().status).toBe("unknown");
    expect(tab.usage().channels).toBe(0);
  });

  test("is missed with a clear message", async () => {
    await expect(mount(Name, {})).rejects.toThrow("sojourn/vue: no app.use(sessionPlugin).");
    complaints.length = 0;
  });

  test("mounted and unmounted 100 times: every count is as before", async () => {
    const { world, tab } = await alone(lasting);
    const browser = inPage(tab);
    const session = counted(tab.session);
    await world.advance(14 * MINUTE);
    const before = tab.usage();
    const requests = world.network.log.length;
    for (let i = 0; i < 100; i++) {
      const page = await mount(() => [h(Page), h(Warning)], { session });
      expect(page.text).toMatch(/^Notes of Adaidle in \d+ s/);
      expect([browser.listeners, session.subscribers]).toEqual([1, 3]);
      expect(tab.usage()).toEqual({ ...before, timers: before.timers + 1 });
      page.unmount();
    }
    expect([tab.usage(), browser.listeners, session.subscribers]).toEqual([before, 0, 0]);
    await world.advance(SECOND);
    expect(world.network.log.length).toBe(requests);
  });

  test("with two applications on a page there is one channel, one set of listeners and no lock", async () => {
    const { world, tab } = newcomer();
    const pages = [await mount(Page, tab), await mount(Page, tab)];
    await world.run(tab.signIn("ada"));
    await world.advance(SECOND);
    expect(pages.map((page) => page.text)).toEqual(["Notes of Ada", "Notes of Ada"]);
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
});

describe("useSession", () => {
  test("is the state, and follows it until its scope ends", async () => {
    const { world, tab } = await alone(lasting);
    const session = counted(tab.session);
    const { app } = await mount(() => "hello", { session });
    const scope = effectScope();
    const state = app.runWithContext(() => scope.run(useSession)) as ReturnType<typeof useSession>;
    expect(state.value).toBe(tab.session.getState());
    expect(session.subscribers).toBe(1);
    await world.advance(14 * MINUTE);
    expect(state.value.status).toBe("warning");
    scope.stop();
    expect(session.subscribers).toBe(0);
    await world.run(tab.session.logout());
    expect(state.value.status).toBe("warning");
  });

  test("infers the types", async () => {
    const { tab } = await alone(lasting);
    const Look = {
      setup() {
        const state = useSession();
        const now = state.value;
        if (now.status === "active") expectTypeOf(now.user).toEqualTypeOf<FakeUser | undefined>();
        expectTypeOf(useSessionObject().getState()).toEqualTypeOf(now);
        expectTypeOf(state).toExtend<Readonly<ShallowRef<typeof now>>>();
        const same = useSessionObject() === tab.session;
        return () => (same ? "the same" : "another");
      },
    };
    expect((await mount(Look, tab)).text).toBe("the same");
  });
});

describe("useSessionWarning", () => {
  test("counts down, says what fails, and closes in every tab when the session was extended", async () => {
    const { world, tabs } = await signedIn(2, lasting);
    inPage(tabs[0]);
    const pages: Mounted[] = [];
    for (const { session } of tabs) pages.push(await mount(Warning, { session }));
    const texts = () => pages.map((page) => page.text);
    expect(texts()).toEqual(["all is well", "all is well"]);
    await world.advance(13 * MINUTE + 100);
    await world.advance(tabs[0].session.timeLeft("idle") - 99_700);
    expect(texts()[0]).toBe("idle in 100 sStayLeave");
    await world.advance(SECOND);
    expect(texts()[0]).toBe("idle in 99 sStayLeave");

    world.network.next("/session/touch", { answer: { status: 503 } });
    await pages[0].press("Stay");
    expect(texts()[0]).toBe("idle in 99 s, pendingStayLeave");
    await world.advance(500);
    expect(texts()[0]).toBe("idle in 99 s, ERR_UNAVAILABLEStayLeave");
    await pages[0].press("Stay");
    expect(texts()[0]).toMatch(/pendingStay/);
    await world.advance(SECOND);
    expect(texts()).toEqual(["all is well", "all is well"]);
  });

  test("is one for all components: a dismissal, and an answer that is pending", async () => {
    const { world, tab } = await alone(lasting, { idle: false, absolute: { timeout: "8h", warning: "1h" } });
    inPage(tab);
    const page = await mount(() => [h(Warning), h(Warning)], tab);
    await world.advance(7 * HOUR + MINUTE);
    expect(page.text).toMatch(/^absolute in \d+ sOKLeaveabsolute in \d+ sOKLeave$/);
    await page.press("OK");
    expect(page.text).toBe("all is wellall is well");
  });

  test("signs out", async () => {
    const { world, tab } = await alone(lasting);
    inPage(tab);
    const page = await mount(Warning, tab);
    await world.advance(14 * MINUTE);
    await page.press("Leave");
    await world.advance(SECOND);
    expect(tab.session.getState()).toMatchObject({ status: "ended", reason: "logout" });
    expect(page.text).toBe("all is well");
  });
});

describe("T6 useStepUp()", () => {
  const Asks = {
    setup() {
      const asked = useStepUp();
      return () => {
        if (!asked.value) return "nothing is asked";
        const { acrValues = "any", maxAge, cancel } = asked.value;
        return h("button", { onClick: cancel }, `${acrValues}, ${maxAge}`);
      };
    },
  };

  test("shows what is asked, one after the other, until it is done or called off", async () => {
    const { world, tab } = await alone(lasting);
    const page = await mount(Asks, tab);
    expect(page.text).toBe("nothing is asked");
    const failed = tab.session.requireFresh({ maxAge: "1m" }).catch((error) => error.code);
    const met = tab.session.requireFresh({ maxAge: "5m", acr: "gold" });
    await world.advance(SECOND);
    expect(page.text).toBe("any, 60000");
    await page.press("any, 60000");
    expect(await failed).toBe("ERR_NOT_FRESH");
    await nextTick();
    expect(page.text).toBe("gold, 300000");
    const grant = world.server.signIn("ada");
    await world.run(tab.session.start({ ...grant, authenticatedAgo: 0, acr: "gold" }));
    await met;
    await nextTick();
    expect(page.text).toBe("nothing is asked");
  });

  test("hears nothing any more when its component is gone", async () => {
    const { world, tab } = await alone(lasting);
    const page = await mount(Asks, tab);
    page.unmount();
    const call = tab.session.requireFresh({ maxAge: "1m" }).catch((error) => error.code);
    await world.advance(SECOND);
    expect(page.text).toBe("");
    tab.session.destroy();
    expect(await call).toBe("ERR_DESTROYED");
  });
});
