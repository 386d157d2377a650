import { describe, expect, test } from "vitest";
import type { SessionError } from "../../src/errors.js";
import { milliseconds, type SessionOptions, settle } from "../../src/options.js";
import { bff, oauth2 } from "../../src/server/presets/index.js";
import { createSession } from "../../src/session.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const settled = (options: object = {}) => settle({ refresh: "/auth/refresh", ...options } as SessionOptions);

/** Which option was refused, and how that was said. */
function refusal(run: () => unknown): { option: string | undefined; message: string } {
  try {
    run();
  } catch (error) {
    const { name, code, option, message } = error as SessionError;
    expect([name, code]).toEqual(["SessionError", "ERR_INVALID_OPTION"]);
    return { option, message };
  }
  throw new Error("It was not refused.");
}
const refused = (options: object) => refusal(() => settled(options));

describe("a duration", () => {
  test.each<[given: unknown, ms: number]>([
    [1, 1],
    [0.5, 0.5],
    [900_000, 900_000],
    ["500ms", 500],
    ["1ms", 1],
    ["30s", 30 * SECOND],
    ["15m", 15 * MINUTE],
    ["8h", 8 * HOUR],
    ["30d", 30 * DAY],
    ["1.5h", 1.5 * HOUR],
    ["0.25s", 250],
    ["007m", 7 * MINUTE],
    ["400d", 400 * DAY],
    [400 * DAY, 400 * DAY],
    [2 ** 31, 2 ** 31],
  ])("%j is %d ms (I11)", (given, ms) => {
    expect(milliseconds(given as never, "idle.timeout")).toBe(ms);
  });

  test.each([
    0,
    -0,
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    "0m",
    "0.0s",
    "-5m",
    "+5m",
    "5 m",
    " 5m",
    "5m ",
    "5m\n",
    "1e3",
    "1e3ms",
    "5",
    "m",
    "",
    ".5h",
    "5.h",
    "5M",
    "5min",
    "5m30s",
    "5,5m",
    "0x10s",
    "٥m",
    "Infinitys",
    `${"9".repeat(400)}d`,
    null,
    undefined,
    true,
    {},
    [5],
    ["5m"],
    5n,
    Symbol("5m"),
  ])("%s is none", (given) => {
    const { option, message } = refusal(() => milliseconds(given as never, "idle.timeout"));
    expect(option).toBe("idle.timeout");
    expect(message).toMatch(/^idle\.timeout must be ms or like "15m", and more than 0\. Got .*\.$/s);
  });

  test.each<[given: unknown, said: string]>([
    [Number.NaN, "NaN"],
    [Number.POSITIVE_INFINITY, "Infinity"],
    [-5, "-5"],
    ["5 m", "5 m"],
    [null, "null"],
    [Object.create(null), "object"],
  ])("the message tells what was given: %s", (given, said) => {
    expect(refusal(() => milliseconds(given as never, "x")).message).toContain(`Got ${said}.`);
  });
});

describe("without options", () => {
  test("the defaults are those that the documentation names", () => {
    expect(settled()).toEqual({
      name: "default",
      server: "/auth/refresh",
      schema: undefined,
      policy: {
        idleTimeout: undefined,
        idleWarning: undefined,
        absoluteTimeout: undefined,
        absoluteWarning: undefined,
        refreshMargin: MINUTE,
        patience: 15 * SECOND,
        canPeek: false,
        canTouch: false,
        canRefresh: true,
      },
      events: undefined,
      memoryOnly: false,
      tokens: "none",
      origins: undefined,
      csrf: { "X-Sojourn": "1" },
      requestTimeout: 10 * SECOND,
      hideOnRestore: true,
    });
  });

  test.each([undefined, null, 5, "bff"])("at all (%s), it is the options that are missing", (options) => {
    expect(refusal(() => settle(options as never)).option).toBe("options");
  });
});

describe("an option that no message can show", () => {
  const circular: Record<string, unknown> = {};
  circular.self = circular;

  test.each<[option: string, options: object]>([
    ["requestTimeout", { requestTimeout: Object.create(null) }],
    ["storage", { storage: 10n }],
    ["storage", { storage: circular }],
    ["fetch.origins", { fetch: { origins: [Object.create(null)] } }],
    ["__proto__", JSON.parse('{"__proto__":null}')],
    ["idle.constructor", { idle: { constructor: "?" } }],
    ["name", Object.create({ name: ["list"] })],
  ])("is refused all the same: %s", (option, options) => {
    expect(refusal(() => settle(Object.assign(options, { refresh: "/r" }) as never)).option).toBe(option);
  });
});

describe("the server", () => {
  test("is a preset, or four verbs, or an endpoint, or a function", () => {
    const server = bff();
    expect(settle({ server }).server).toBe(server);
    const refresh = async () => {};
    expect(settle({ refresh }).server).toBe(refresh);
    expect(settle({ server: { refresh } }).server).toEqual({ refresh });
    expect(settle({ refresh: "/r" }).server).toBe("/r");
  });

  test("what it can do is what it has", () => {
    const can = (options: SessionOptions<never>) => {
      const { canPeek, canTouch, canRefresh } = settle(options).policy;
      return [canPeek, canTouch, canRefresh];
    };
    const verb = async () => {};
    expect(can({ server: bff() as never })).toEqual([true, true, true]);
    expect(can({ server: oauth2({ tokenUrl: "/t", clientId: "a" }) })).toEqual([false, false, true]);
    expect(can({ refresh: "/r" })).toEqual([false, false, true]);
    expect(can({ refresh: verb })).toEqual([false, false, true]);
    expect(can({ server: { peek: verb } })).toEqual([true, false, false]);
    expect(can({ server: { peek: verb, peekSlides: true, touch: verb } })).toEqual([false, true, false]);
  });

  test.each<[name: string, options: object]>([
    ["neither", { refresh: undefined }],
    ["an empty endpoint", { refresh: "" }],
    ["both", { server: bff(), refresh: "/r" }],
    [
      "a server that can neither be asked nor refresh",
      { refresh: undefined, server: { touch: async () => {} } },
    ],
    ["a server without verbs", { refresh: undefined, server: {} }],
    ["an address as server", { refresh: undefined, server: "/auth" }],
    ["null as server", { server: null }],
  ])("is not %s", (_, options) => {
    expect(refused(options).option).toBe("server");
  });

  test.each([5, {}, true, null, ["/r"]])("cannot be refreshed at %s", (refresh) => {
    expect(refused({ refresh }).option).toBe("refresh");
  });
});

describe("a limit", () => {
  const limits = (options: object) => {
    const { idleTimeout, idleWarning, absoluteTimeout, absoluteWarning } = settled(options).policy;
    return { idle: [idleTimeout, idleWarning], absolute: [absoluteTimeout, absoluteWarning] };
  };

  test.each(["idle", "absolute"] as const)("%s may be switched off", (name) => {
    expect(limits({ [name]: false })[name]).toEqual([Number.POSITIVE_INFINITY, undefined]);
  });

  test.each(["idle", "absolute"] as const)(
    "%s may be left to the server, also by an empty object",
    (name) => {
      expect(limits({ [name]: {} })[name]).toEqual([undefined, undefined]);
      expect(limits({ [name]: undefined })[name]).toEqual([undefined, undefined]);
    },
  );

  test("the warning opens as long before the limit as was configured", () => {
    expect(
      limits({ idle: { timeout: "15m", warning: "10m" }, absolute: { timeout: "1h", warning: "59m" } }),
    ).toEqual({
      idle: [15 * MINUTE, 10 * MINUTE],
      absolute: [HOUR, 59 * MINUTE],
    });
    expect(limits({ idle: { warning: "5m" } }).idle).toEqual([undefined, 5 * MINUTE]);
  });

  test.each([
    ["idle", "1h", 2 * MINUTE],
    ["idle", "4m", 2 * MINUTE],
    ["idle", "3m", 90 * SECOND],
    ["absolute", "8h", 10 * MINUTE],
    ["absolute", "20m", 10 * MINUTE],
    ["absolute", "10m", 5 * MINUTE],
  ] as const)("%s of %s is warned of %d ms before, unless it says otherwise", (name, timeout, warning) => {
    expect(limits({ [name]: { timeout } })[name][1]).toBe(warning);
  });

  test("I11 may be 30 or 400 days", () => {
    expect(limits({ idle: { timeout: "30d" }, absolute: { timeout: "400d" } })).toMatchObject({
      idle: [30 * DAY, 2 * MINUTE],
      absolute: [400 * DAY, 10 * MINUTE],
    });
  });

  describe.each(["idle", "absolute"] as const)("A1 %s: the warning", (name) => {
    const warning = `${name}.warning`;

    test("is at least 20 s: people need time to answer", () => {
      expect(limits({ [name]: { timeout: "5m", warning: "20s" } })[name][1]).toBe(20 * SECOND);
      const { option, message } = refused({ [name]: { timeout: "5m", warning: 19_999 } });
      expect([option, message]).toEqual([
        warning,
        `${warning} must be at least 20s: people need time to answer (WCAG 2.2.1).`,
      ]);
      expect(refused({ [name]: { warning: "19s" } }).option).toBe(warning);
    });

    test("is at least 20 s also where nobody named one", () => {
      expect(limits({ [name]: { timeout: "30s" } })[name]).toEqual([30 * SECOND, 20 * SECOND]);
      expect(limits({ [name]: { timeout: 20_001 } })[name]).toEqual([20_001, 20 * SECOND]);
      expect(refused({ [name]: { timeout: "20s" } }).option).toBe(warning);
    });

    test("may be shorter where somebody says so", () => {
      const short = { allowShortWarning: true };
      expect(limits({ [name]: { timeout: "10s", warning: "3s", ...short } })[name]).toEqual([
        10 * SECOND,
        3 * SECOND,
      ]);
      expect(limits({ [name]: { timeout: "10s", ...short } })[name]).toEqual([10 * SECOND, 5 * SECOND]);
      expect(limits({ [name]: short })[name]).toEqual([undefined, undefined]);
      expect(refused({ [name]: { timeout: "10s", warning: "3s", allowShortWarning: false } }).option).toBe(
        warning,
      );
    });

    test("is shorter than its limit", () => {
      for (const given of ["2m", "3m"]) {
        const { option, message } = refused({ [name]: { timeout: "2m", warning: given } });
        expect(option).toBe(warning);
        expect(message).toContain(`must be shorter than ${name}.timeout.`);
      }
      expect(limits({ [name]: { timeout: "2m", warning: 119_999 } })[name][1]).toBe(119_999);
      const short = { timeout: "10s", warning: "10s", allowShortWarning: true };
      expect(refused({ [name]: short }).option).toBe(warning);
    });
  });
});

describe("every wrong value is refused, and its option named", () => {
  test.each<[option: string, values: unknown[]]>([
    ["idle", [null, true, 5, "15m", ["15m"]]],
    ["absolute", [null, true, 5, "8h"]],
    ["idle.timeout", [0, -1, Number.NaN, Number.POSITIVE_INFINITY, "5 m", null, true, {}]],
    ["absolute.timeout", [0, -1, Number.NaN, Number.POSITIVE_INFINITY, "5 m", null, true, {}]],
    ["idle.warning", [0, -1, Number.NaN, "soon", null, {}]],
    ["absolute.warning", [0, -1, Number.NaN, "soon", null, {}]],
    ["idle.allowShortWarning", [null, 1, "yes"]],
    ["absolute.allowShortWarning", [null, 1, "yes"]],
    ["idle.events", [null, 5, "keydown", {}]],
    ["name", [null, 5, "", "a b", "a/b", "ä", "a\n", "x".repeat(65)]],
    ["storage", [null, 5, "", "localStorage", "Memory", {}]],
    ["tokens", [null, 5, "", "worker", "localStorage", {}]],
    ["fetch", [null, true, 5, "https://api.example"]],
    ["fetch.origins", [null, 5, "https://api.example", {}]],
    ["fetch.csrf", [null, 5, "X-CSRF"]],
    ["requestTimeout", [0, -1, Number.NaN, Number.POSITIVE_INFINITY, "5 m", null, {}]],
    ["refreshMargin", [0, -1, Number.NaN, Number.POSITIVE_INFINITY, "5 m", null, {}]],
    ["hideOnRestore", [null, 0, "no"]],
    ["platform", [null, 5, "browser"]],
    ["schema", [null, 5, "zod"]],
  ])("%s", (option, values) => {
    const [outer, inner] = option.split(".");
    for (const value of values) {
      const given = { [outer]: inner ? { [inner]: value } : value };
      expect([value, refused(given).option]).toEqual([value, option]);
      expect(refused(given).message).toContain(option);
    }
  });

  test.each<[option: string, options: object]>([
    ["idel", { idel: {} }],
    ["timeout", { timeout: "15m" }],
    ["idle.timout", { idle: { timout: "15m" } }],
    ["absolute.events", { absolute: { events: ["keydown"] } }],
    ["absolute.max", { absolute: { max: "8h" } }],
    ["fetch.origin", { fetch: { origin: "https://api.example" } }],
  ])("%s is not an option: a misspelt one is an error, not a default", (option, options) => {
    const { option: named, message } = refused(options);
    expect(named).toBe(option);
    expect(message).toMatch(/is not an option\. Known: \w+, /);
  });

  test("an option that is undefined is not given", () => {
    const names = [
      "schema",
      "idle",
      "absolute",
      "name",
      "storage",
      "tokens",
      "fetch",
      "requestTimeout",
      "refreshMargin",
      "hideOnRestore",
      "platform",
    ];
    expect(settled(Object.fromEntries(names.map((name) => [name, undefined])))).toEqual(settled());
  });

  test("createSession refuses them before anything else happens", () => {
    expect(refusal(() => createSession({ refresh: "/r", idle: { timeout: -1 } })).option).toBe(
      "idle.timeout",
    );
    expect(refusal(() => createSession(undefined as never)).option).toBe("options");
    expect(refusal(() => createSession({} as never)).option).toBe("server");
  });
});

describe("what is given is taken", () => {
  test.each<[given: object, expected: object]>([
    [{ name: "A-1_b.c" }, { name: "A-1_b.c" }],
    [{ name: "x".repeat(64) }, { name: "x".repeat(64) }],
    [{ storage: "memory" }, { memoryOnly: true }],
    [{ storage: "indexeddb" }, { memoryOnly: false }],
    [{ tokens: "memory" }, { tokens: "memory" }],
    [{ tokens: "sealed" }, { tokens: "sealed" }],
    [{ tokens: "none" }, { tokens: "none" }],
    [{ idle: { events: ["play"] } }, { events: ["play"] }],
    [{ idle: false }, { events: undefined }],
    [{ requestTimeout: "4s" }, { requestTimeout: 4000, policy: { patience: 6000 } }],
    [{ refreshMargin: "30s" }, { policy: { refreshMargin: 30_000 } }],
    [{ hideOnRestore: false }, { hideOnRestore: false }],
    [{ fetch: { csrf: { "X-CSRF": "yes" } } }, { csrf: { "X-CSRF": "yes" }, origins: undefined }],
    [{ fetch: { csrf: {} } }, { csrf: {} }],
    [{ fetch: {} }, { csrf: { "X-Sojourn": "1" } }],
  ])("%j", (given, expected) => {
    expect(settled(given)).toMatchObject(expected);
  });

  test("a schema is any object or function that is one", () => {
    const schema = Object.assign(() => {}, {
      "~standard": { version: 1, vendor: "test", validate: () => {} },
    });
    expect(settled({ schema }).schema).toBe(schema);
  });

  test("tokens live where the preset says, unless the option says otherwise", () => {
    const server = oauth2({ tokenUrl: "/t", clientId: "a" });
    expect(settle({ server }).tokens).toBe("memory");
    expect(settle({ server, tokens: "none" }).tokens).toBe("none");
    expect(settle({ server: bff() }).tokens).toBe("none");
  });
});

describe("T11 C4 the origins that get credentials", () => {
  const origins = (...given: string[]) => settled({ fetch: { origins: given } }).origins;

  test("are the page's own unless others are named", () => {
    expect(settled().origins).toBeUndefined();
    expect(origins()).toEqual([]);
  });

  test("are origins, whatever else the address says", () => {
    expect(origins("https://api.example", "https://API.example:443/v1?x#y", "http://localhost:3000")).toEqual(
      ["https://api.example", "https://api.example", "http://localhost:3000"],
    );
  });

  test.each([
    "localhost:3000",
    "api.example:443",
    "api.example",
    "*",
    "",
    "/api",
    "null",
    "data:,x",
    "file:///x",
  ])("are not %j: nobody would notice that nothing gets them", (given) => {
    const { option, message } = refused({ fetch: { origins: ["https://ok.example", given] } });
    expect(option).toBe("fetch.origins");
    expect(message).toBe(`fetch.origins must be like "https://api.example.com". Got ${given}.`);
  });
});
