import {
  createSession,
  type EndReason,
  type Grant,
  type Limit,
  type Origin,
  type Session,
  type SessionEvents,
  type SessionFacts,
  type SessionOptions,
  type SessionState,
  type StandardSchema,
} from "sojourn";
import { type BffUser, bff, oauth2, readBffSession, readTokenReply } from "sojourn/presets";
import { describe, expectTypeOf, test } from "vitest";

interface Ada {
  readonly id: number;
  readonly name: string;
}
declare const schema: StandardSchema<{ readonly email: string }>;
const session = createSession({ server: bff<Ada>() });

describe("the user's type", () => {
  test("comes from the preset", () => {
    expectTypeOf(session).toEqualTypeOf<Session<Ada>>();
    expectTypeOf(createSession({ server: bff() })).toEqualTypeOf<Session<BffUser>>();
    expectTypeOf(createSession({ server: oauth2<Ada>({ tokenUrl: "/t", clientId: "a" }) })).toEqualTypeOf<
      Session<Ada>
    >();
  });

  test("comes from a schema", () => {
    const validated = createSession({ refresh: "/auth/refresh", schema });
    expectTypeOf(validated).toEqualTypeOf<Session<{ readonly email: string }>>();
  });

  test("comes from a verb of one's own", () => {
    const own = createSession({ refresh: async () => ({ user: { id: 1 } }) });
    expectTypeOf(own).toEqualTypeOf<Session<{ id: number }>>();
    const verbs = createSession({ server: { peek: async () => ({ user: "ada" }) } });
    expectTypeOf(verbs).toEqualTypeOf<Session<string>>();
  });

  test("is unknown where nobody names it", () => {
    expectTypeOf(createSession({ refresh: "/auth/refresh" })).toEqualTypeOf<Session<unknown>>();
    expectTypeOf(createSession({ refresh: async () => {} })).toEqualTypeOf<Session<unknown>>();
  });

  test("may be named", () => {
    expectTypeOf(createSession<Ada>({ refresh: "/auth/refresh" })).toEqualTypeOf<Session<Ada>>();
  });

  test("is what a grant must bring", () => {
    session.start({ user: { id: 1, name: "Ada" } });
    session.start(readBffSession<Ada>({}));
    createSession<Ada>({ refresh: "/r" }).start(readTokenReply({}));
    // @ts-expect-error: a user without a name
    session.start({ user: { id: 1 } });
    // @ts-expect-error: no user at all
    session.start({ user: "ada" });
    expectTypeOf(session.start()).resolves.toEqualTypeOf<SessionState<Ada>>();
  });
});

describe("the state", () => {
  const state = session.getState();

  test("tells what there is in each status", () => {
    expectTypeOf(state.connection).toEqualTypeOf<"ok" | "retrying">();
    switch (state.status) {
      case "unknown":
      case "signed-out":
        expectTypeOf(state.status).toEqualTypeOf<"unknown" | "signed-out">();
        // @ts-expect-error: nobody is there
        state.user;
        break;
      case "active":
        expectTypeOf(state.user).toEqualTypeOf<Ada | undefined>();
        // @ts-expect-error: no limit is near
        state.deadlineAt;
        break;
      case "warning":
        expectTypeOf(state.user).toEqualTypeOf<Ada | undefined>();
        expectTypeOf(state.limit).toEqualTypeOf<Limit>();
        expectTypeOf(state.deadlineAt).toEqualTypeOf<number>();
        expectTypeOf(state.extendable).toEqualTypeOf<boolean>();
        break;
      case "ended":
        expectTypeOf(state.reason).toEqualTypeOf<EndReason>();
        expectTypeOf(state.origin).toEqualTypeOf<Origin>();
        // @ts-expect-error: nobody is there any more
        state.user;
        break;
      default:
        expectTypeOf(state).toEqualTypeOf<never>();
    }
  });

  test("has these statuses, limits, reasons and origins, and no other", () => {
    expectTypeOf<SessionState["status"]>().toEqualTypeOf<
      "unknown" | "signed-out" | "active" | "warning" | "ended"
    >();
    expectTypeOf<Limit>().toEqualTypeOf<"idle" | "absolute">();
    expectTypeOf<EndReason>().toEqualTypeOf<"logout" | "idle" | "absolute" | "rejected" | "replaced">();
    expectTypeOf<Origin>().toEqualTypeOf<"this-tab" | "other-tab" | "server">();
  });

  test("cannot be changed", () => {
    // @ts-expect-error: it is immutable
    state.status = "active";
    // @ts-expect-error: it is immutable
    if (state.status === "warning") state.deadlineAt = 0;
  });

  test("is what a subscriber is given, from the first moment", () => {
    expectTypeOf(session.subscribe).parameter(0).parameter(0).toEqualTypeOf<SessionState<Ada>>();
    expectTypeOf(session.subscribe(() => {})).toEqualTypeOf<() => void>();
  });

  test("cannot be another user's", () => {
    expectTypeOf<SessionState<Ada>>().not.toEqualTypeOf<SessionState<BffUser>>();
    expectTypeOf<SessionState<never>>().toExtend<SessionState<Ada>>();
  });
});

describe("an event", () => {
  test("carries what it says", () => {
    session.on("started", (it) => expectTypeOf(it).toEqualTypeOf<{ readonly origin: Origin }>());
    session.on("warning", (it) =>
      expectTypeOf(it).toEqualTypeOf<{
        readonly limit: Limit;
        readonly deadlineAt: number;
        readonly extendable: boolean;
      }>(),
    );
    session.on("extended", (it) => expectTypeOf(it).toEqualTypeOf<{ readonly limit: Limit }>());
    session.on("refreshed", (it) =>
      expectTypeOf(it).toEqualTypeOf<{
        readonly epoch: number;
        readonly sequence: number;
        readonly origin: Origin;
      }>(),
    );
    session.on("retrying", (it) =>
      expectTypeOf(it).toEqualTypeOf<{ readonly failures: number; readonly retryAt: number }>(),
    );
    session.on("recovered", (it) => expectTypeOf(it).toEqualTypeOf<Record<string, never>>());
    session.on("ended", (it) =>
      expectTypeOf(it).toEqualTypeOf<{ readonly reason: EndReason; readonly origin: Origin }>(),
    );
    session.on("change", (it) => expectTypeOf(it).toEqualTypeOf<SessionState<Ada>>());
    session.on("degraded", (it) =>
      expectTypeOf(it.part).toEqualTypeOf<"storage" | "lock" | "channel" | "crypto" | "key">(),
    );
    session.on("stepUp", (asked) => {
      expectTypeOf(asked.acrValues).toEqualTypeOf<string | undefined>();
      expectTypeOf(asked.maxAge).toEqualTypeOf<number | undefined>();
      expectTypeOf(asked.done).resolves.toEqualTypeOf<boolean>();
      expectTypeOf(asked.cancel()).toEqualTypeOf<void>();
    });
    session.on("hold", (it) => {
      expectTypeOf(it.active).toEqualTypeOf<boolean>();
      expectTypeOf(it.until).toEqualTypeOf<number>();
    });
    expectTypeOf(session.on("ended", () => {})).toEqualTypeOf<() => void>();
  });

  test("has a name that exists", () => {
    expectTypeOf<keyof SessionEvents>().toEqualTypeOf<
      | "started"
      | "warning"
      | "extended"
      | "refreshed"
      | "retrying"
      | "recovered"
      | "ended"
      | "change"
      | "degraded"
      | "stepUp"
      | "hold"
    >();
    // @ts-expect-error: it is called "ended"
    session.on("logout", () => {});
    // @ts-expect-error: a warning has no reason
    session.on("warning", ({ reason }) => reason);
  });
});

test("every method gives what it says", () => {
  expectTypeOf(session.extend()).resolves.toEqualTypeOf<void>();
  expectTypeOf(session.refresh()).resolves.toEqualTypeOf<void>();
  expectTypeOf(session.getAccessToken()).resolves.toEqualTypeOf<string>();
  expectTypeOf(session.fetch).toExtend<typeof fetch>();
  expectTypeOf(session.fetch("/", { stepUp: "wait", method: "POST" })).resolves.toEqualTypeOf<Response>();
  // @ts-expect-error: a request waits, or it does not
  session.fetch("/", { stepUp: true });
  const signal = AbortSignal.abort();
  expectTypeOf(session.requireFresh({ maxAge: "5m", signal })).resolves.toEqualTypeOf<void>();
  session.requireFresh({ acr: "gold" });
  session.requireFresh({ maxAge: 300_000, acr: ["gold", "silver"] as const });
  // @ts-expect-error: asks for nothing
  session.requireFresh();
  // @ts-expect-error: an age is a duration
  session.requireFresh({ maxAge: "5 minutes" });
  // @ts-expect-error: it is called "maxAge"
  session.requireFresh({ max_age: 300 });
  expectTypeOf(session.logout()).resolves.toEqualTypeOf<boolean>();
  expectTypeOf(session.timeLeft()).toEqualTypeOf<number>();
  expectTypeOf(session.timeLeft).parameter(0).toEqualTypeOf<Limit | undefined>();
  expectTypeOf(session.inspect()).toEqualTypeOf<SessionFacts>();
  expectTypeOf(session.hold({ max: "30m", reason: "upload" })).toEqualTypeOf<() => void>();
  expectTypeOf(session.watch(window)).toEqualTypeOf<() => void>();
  expectTypeOf(session.destroy()).toEqualTypeOf<void>();
  // @ts-expect-error: not a limit
  session.timeLeft("access");
});

test("work is saved by a hook, at once or later", () => {
  session.beforeEnd(({ reason, live, signal }) => {
    expectTypeOf(reason).toEqualTypeOf<EndReason>();
    expectTypeOf(live).toEqualTypeOf<boolean>();
    expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
  });
  expectTypeOf(session.beforeEnd(async () => {})).toEqualTypeOf<() => void>();
});

test("a session can be used for a while: `using` lets go of it", () => {
  using held = createSession({ server: bff<Ada>() });
  expectTypeOf(held).toEqualTypeOf<Session<Ada>>();
  expectTypeOf<Session>().toExtend<Disposable>();
});

describe("an option", () => {
  const make = (options: SessionOptions) => createSession(options);

  test("is one of these", () => {
    make({
      server: bff(),
      idle: { timeout: "15m", warning: 120_000, allowShortWarning: false, events: ["keydown"] },
      absolute: { timeout: "8h", warning: "10m", allowShortWarning: false },
      name: "default",
      storage: "memory",
      tokens: "none",
      fetch: { origins: ["https://api.example"], csrf: { "X-CSRF": "1" } },
      requestTimeout: "10s",
      refreshMargin: "1m",
      hideOnRestore: false,
    });
    make({ refresh: "/r", idle: false, absolute: false });
    make({
      refresh: async ({ send, idempotencyKey, refreshToken, signal }) => {
        expectTypeOf(idempotencyKey).toEqualTypeOf<string>();
        expectTypeOf(refreshToken).toEqualTypeOf<string | undefined>();
        expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
        const { status, body, headers } = await send({ url: "/r", method: "POST", body: { a: 1 } });
        expectTypeOf(status).toEqualTypeOf<number>();
        expectTypeOf(body).toEqualTypeOf<unknown>();
        expectTypeOf(headers).toEqualTypeOf<Headers>();
      },
    });
  });

  test("is a duration where it is one", () => {
    make({ refresh: "/r", idle: { timeout: "1.5h" } });
    // @ts-expect-error: a number of what?
    make({ refresh: "/r", idle: { timeout: "15" } });
    // @ts-expect-error: no such unit
    make({ refresh: "/r", idle: { timeout: "15min" } });
    // @ts-expect-error: not a duration
    make({ refresh: "/r", requestTimeout: true });
    // @ts-expect-error: not a duration
    session.hold({ max: "soon" });
  });

  test("is spelt right", () => {
    // @ts-expect-error: idle
    make({ refresh: "/r", idel: {} });
    // @ts-expect-error: timeout
    make({ refresh: "/r", idle: { timout: "15m" } });
    // @ts-expect-error: only the idle limit knows events
    make({ refresh: "/r", absolute: { events: [] } });
    // @ts-expect-error: origins
    make({ refresh: "/r", fetch: { origin: "https://api.example" } });
  });

  test("is of its own type", () => {
    // @ts-expect-error: on is what it is
    make({ refresh: "/r", idle: true });
    // @ts-expect-error: never there
    make({ refresh: "/r", storage: "localStorage" });
    // @ts-expect-error: never there
    make({ refresh: "/r", tokens: "localStorage" });
    // @ts-expect-error: not an address
    make({ refresh: 5 });
    // @ts-expect-error: not a convention
    make({ server: "/auth" });
    // @ts-expect-error: a convention is made by calling the preset
    make({ server: bff });
    // @ts-expect-error: a list
    make({ refresh: "/r", fetch: { origins: "https://api.example" } });
    // @ts-expect-error: they are needed
    createSession();
  });

  test("of a preset is one of its own", () => {
    bff({ baseUrl: "/auth", headers: { "X-CSRF": "1" } });
    // @ts-expect-error: baseUrl
    bff({ baseURL: "/auth" });
    // @ts-expect-error: without a client there is no token
    oauth2({ tokenUrl: "/token" });
  });
});

test("a grant counts in ms or in text, and takes nothing else", () => {
  expectTypeOf<{ accessExpiresIn: "5m"; idleExpiresIn: 900_000 }>().toExtend<Grant>();
  // @ts-expect-error: OAuth's name, in seconds
  const oauth: Grant = { expires_in: 300 };
  // @ts-expect-error: not a duration
  const word: Grant = { accessExpiresIn: "soon" };
  return [oauth, word];
});
