import { type Mutant, one } from "./mutant.js";
import { tokenMutants } from "./token-mutants.js";

/** Each is a mistake that somebody made once, here or in the field. */
export const mutants: readonly Mutant[] = [
  one(
    "the record is not read again under the lock",
    "shell/refresh.ts",
    "const { record, young } = await read(true);\n      if (served(record, want)) return;",
    "const { record, young } = { record: kernel.state().record, young: false };",
  ),
  one(
    "no fence by epoch: a late refresh is taken over by the next session",
    "core/commit.ts",
    "r?.live === true && r.epoch === p.epoch && r.sequence === p.sequence;",
    "r?.live === true;",
  ),
  {
    name: "no fence by sequence: a late reply counts, whoever has taken the refresh over",
    edits: [
      {
        file: "src/core/commit.ts",
        find: "r?.live === true && r.epoch === p.epoch && r.sequence === p.sequence;",
        put: "r?.live === true && r.epoch === p.epoch;",
      },
      {
        file: "src/shell/refresh.ts",
        find: "const mine = lease.valid() || unlucky || attempt === asked.intent?.attempt;",
        put: "const mine = !!lease || unlucky || attempt;",
      },
    ],
  },
  {
    name: "the lock is stolen without compare-and-set",
    edits: [
      {
        file: "src/shell/refresh.ts",
        find: "const steal = cx.exclusive.queues() && outOfPatience && !young && (await raise(record, want));",
        put: "const steal = cx.exclusive.queues() && outOfPatience;",
      },
    ],
  },
  one(
    "two tabs refresh at once: no lock at all",
    "shell/exclusive.ts",
    "let lock = locks;",
    "let lock = undefined as typeof locks;",
  ),
  one(
    "an ended session is resumed by a record that still says that it lives",
    "core/sync.ts",
    "if (record.epoch <= state.over)",
    "if (record.epoch <= -2)",
  ),
  one(
    "the end does not raise the epoch",
    "core/commit.ts",
    "epoch: epoch + 1,\n    sequence: 0,\n    live: false,",
    "epoch,\n    sequence: 0,\n    live: false,",
  ),
  one(
    "a sign-in does not raise the epoch",
    "core/commit.ts",
    "epoch: base ? base.epoch + 1 :",
    "epoch: base ? base.epoch :",
  ),
  {
    name: "activity after the deadline revives the session",
    edits: [
      {
        file: "src/core/transition.ts",
        find: "return at > state.activityAt && at - state.activityAt < idleTimeout(state, policy)",
        put: "return at > state.activityAt",
      },
      {
        file: "src/core/commit.ts",
        find: 'if (r.activityAt !== a.seen.activityAt && recordAge - a.age >= a.idleTimeout)\n    return over(r, r.epoch, "idle", false);',
        put: "",
      },
    ],
  },
  one(
    "a clock that is set back gives time back",
    "core/time.ts",
    "ms: lead.ms + Math.max(jump, 0) };",
    "ms: lead.ms + jump };",
  ),
  one(
    "a refresh moves the absolute limit",
    "core/commit.ts",
    "absoluteAt: nearer(r, wall, told.absolute),\n        failures: 0,",
    "absoluteAt: wall + r.absoluteTimeout,\n        failures: 0,",
  ),
  one(
    "a refresh counts as activity",
    "core/commit.ts",
    "absoluteAt: nearer(r, wall, told.absolute),\n        failures: 0,",
    "absoluteAt: nearer(r, wall, told.absolute),\n        activityAt: wall,\n        failures: 0,",
  ),
  one(
    "a 5xx ends the session",
    "server/presets/bff.ts",
    "if (status !== 401 ||",
    "if ((status !== 401 && status < 500) ||",
  ),
  one(
    "a failure of the server is not shared: each tab has a cool-down of its own",
    "core/commit.ts",
    "retryAt: Math.max(asked ? r.retryAt : 0, f.wall + backoff(r.failures, f.random, f.retryAfter)),",
    "retryAt: 0,",
  ),
  one(
    "Retry-After is not heeded",
    "core/attempt.ts",
    "return Math.min(retryAfter, LONGEST_ASKED) + Math.max",
    "return 0 * retryAfter + Math.max",
  ),
  one(
    "a rejection is believed without another look",
    "shell/refresh.ts",
    "const end = mine ? over(r, want.epoch, reason, true) : undefined;",
    "const end = r ? over(r, r.epoch, reason, true) : undefined;",
  ),
  one(
    "each attempt has an idempotency key of its own",
    "core/attempt.ts",
    "idempotencyKey(record: SharedRecord): string {\n",
    'idempotencyKey(record: SharedRecord): string {\n  return [record.prefix, record.sequence, record.intent?.attempt].join(".");\n',
  ),
  {
    name: "a holder sends without checking its lease",
    edits: [
      {
        file: "src/shell/refresh.ts",
        find: "if (!lease.valid() || !cx.goesOn(want.epoch)) throw NOT_HELD;\n      const started",
        put: "const started",
      },
      {
        file: "src/shell/refresh.ts",
        find: "valid: lease.valid,\n        });\n        return",
        put: "});\n        return",
      },
    ],
  },
  one(
    "the end is told to the tabs after the server",
    "shell/ending.ts",
    'cx.post("ended", { epoch: epoch + 1, sequence: 0 }, reason);\n',
    'await cx.ask("end").catch(() => {});\n      cx.post("ended", { epoch: epoch + 1, sequence: 0 }, reason);\n',
  ),
  {
    name: "the end is not told to the tabs",
    edits: [
      {
        file: "src/shell/ending.ts",
        find: 'cx.post("ended", { epoch: epoch + 1, sequence: 0 }, reason);\n',
        put: "",
      },
      { file: "src/shell/ending.ts", find: 'cx.post("changed", record);\n', put: "" },
    ],
  },
  one(
    "another subject is not noticed",
    "core/sync.ts",
    "const other = held !== undefined && (held !== record.subject || !held);",
    "const other = false;",
  ),
  one(
    "a page that comes back is shown before the record is read",
    "shell/page.ts",
    "await events.wake().catch(() => {});\n    if (mine",
    "void events.wake().catch(() => {});\n    if (mine",
  ),
  {
    name: "callers in a page that comes back do not wait until the record is read",
    edits: [
      'kernel.dispatch({ type: "tick" });\n    await underWay',
      "if (destroyed || !live()) throw gone();\n  }",
    ].map((then) => ({
      file: "src/shell/engine.ts",
      find: `await page?.suspended;\n    ${then}`,
      put: then,
    })),
  },
  one(
    "a timer ticks each second",
    "core/transition.ts",
    "return next < NEVER ? Math.min(next, glance) : NEVER;",
    "return Math.min(next, glance, now + 1000);",
  ),
  one(
    "a secret in a message",
    "shell/engine.ts",
    "const message = { v: 1, type, epoch, sequence, sender: tab,",
    "const message = { v: 1, type, epoch, sequence, sender: tab, token: vault.read(known()).accessToken,",
  ),
  one(
    "a secret in the record",
    "shell/refresh.ts",
    "const next = mine ? refreshed(r, asked, told.wall, told) : undefined;",
    "const next = mine ? refreshed(r, asked, told.wall, { ...told, marker: told.grant.refreshToken }) : undefined;\n      if (next && told.grant.refreshToken) Object.assign(next, { marker: told.grant.refreshToken });",
  ),
  one(
    "storage that hangs is waited for",
    "shell/in-time.ts",
    "clock.timer(limit, () => reject());",
    "clock.timer(limit * 1e6, () => reject());",
  ),
  one(
    "a write that was given up is applied all the same",
    "shell/store.ts",
    "if (late()) return stored;",
    "",
  ),
  {
    name: "a raw error reaches the caller",
    edits: [
      {
        file: "src/server/ask.ts",
        find: "if (isSessionError(error)) throw error;\n",
        put: "throw error;\n",
      },
      {
        file: "src/server/ask.ts",
        find: "isSessionError(error)\n              ? error\n              : invalid",
        put: "error\n              ? error\n              : invalid",
      },
    ],
  },
  one(
    "no last look before an idle end",
    "shell/engine.ts",
    "verify: () => verify(cx, restore),",
    "verify: async () => {},",
  ),
  one(
    "what is left of the idle limit is taken for the limit",
    "core/commit.ts",
    "...(touched && { idleTimeout: told.idle ?? r.idleTimeout }),",
    "idleTimeout: told.idle ?? r.idleTimeout,",
  ),
  one(
    "a peek that slides",
    "server/presets/bff.ts",
    "peek: async ({ send }) => read(await send({",
    'peek: async ({ send }) => read((await send(post("/session/touch"))) ?? await send({',
  ),
  {
    ...one(
      "the limits of a sign-in count from when the session has loaded",
      "shell/engine.ts",
      "await restore.begin(grant, told);",
      "await restore.begin(grant, kernel.moment());",
    ),
    in: { loading: true },
  },
  {
    ...one(
      "a start that was given up is never made up for",
      "shell/shell.ts",
      "else if (stop && !starting) start().catch(() => {});",
      "",
    ),
    in: { loading: true },
  },
  ...tokenMutants.map((mutant) => ({ ...mutant, in: { server: "oauth2" } as const })),
];
