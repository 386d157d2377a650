import { expect, test } from "vitest";
import { ConfigError, readConfig } from "../../demo/server/config.js";

test("the defaults suit a clinic's desk", () => {
  expect(readConfig({})).toMatchObject({
    port: 4173,
    limits: { idleTimeout: 900_000, absoluteTimeout: 28_800_000, accessLifetime: 300_000 },
    idleWarning: 120_000,
    requestTimeout: 10_000,
    graceWindow: 900_000,
    transferMaxAge: 300_000,
    endOthersMaxAge: 300_000,
    loginRate: 30,
    publicOrigin: undefined,
    debugRoutes: true,
    auditLog: true,
    dpopNonce: false,
    redis: undefined,
  });
});

test("durations come with a unit", () => {
  const config = readConfig({
    IDLE_TIMEOUT: "1.5m",
    IDLE_WARNING: " 20s ",
    ABSOLUTE_TIMEOUT: "1d",
    ACCESS_LIFETIME: "500ms",
    GRACE_WINDOW: "0s",
  });
  expect(config).toMatchObject({
    limits: { idleTimeout: 90_000, absoluteTimeout: 86_400_000, accessLifetime: 500 },
    idleWarning: 20_000,
    graceWindow: 0,
  });
});

test("an empty variable is one that was not given", () => {
  expect(readConfig({ PORT: "", IDLE_TIMEOUT: " " })).toEqual(readConfig({}));
});

test.each([
  [{ IDLE_TIMEOUT: "900" }, "IDLE_TIMEOUT"],
  [{ IDLE_TIMEOUT: "soon" }, "IDLE_TIMEOUT"],
  [{ IDLE_TIMEOUT: "-5m" }, "IDLE_TIMEOUT"],
  [{ ACCESS_LIFETIME: "0s" }, "ACCESS_LIFETIME"],
  [{ ABSOLUTE_TIMEOUT: "NaNh" }, "ABSOLUTE_TIMEOUT"],
  [{ GRACE_WINDOW: "a minute" }, "GRACE_WINDOW"],
  [{ TRANSFER_MAX_AGE: "0s" }, "TRANSFER_MAX_AGE"],
  [{ TRANSFER_MAX_AGE: "999ms" }, "TRANSFER_MAX_AGE must be a duration of at least 1000 ms"],
  [{ END_OTHERS_MAX_AGE: "999ms" }, "END_OTHERS_MAX_AGE must be a duration of at least 1000 ms"],
  [{ IDLE_TIMEOUT: "20s", IDLE_WARNING: "20s" }, "IDLE_WARNING must be shorter than IDLE_TIMEOUT"],
  [{ ABSOLUTE_TIMEOUT: "5m" }, "IDLE_TIMEOUT must not be longer than ABSOLUTE_TIMEOUT"],
  [{ ACCESS_LIFETIME: "9h" }, "ACCESS_LIFETIME must not be longer than ABSOLUTE_TIMEOUT"],
  [{ PORT: "http" }, "PORT"],
  [{ PORT: "65536" }, "PORT"],
  [{ PORT: "80.5" }, "PORT"],
  [{ LOGIN_RATE: "0" }, "LOGIN_RATE"],
  [{ AUDIT_LOG: "yes" }, "AUDIT_LOG"],
  [{ PUBLIC_ORIGIN: "handover.example" }, "PUBLIC_ORIGIN"],
  [{ PUBLIC_ORIGIN: "https://handover.example/" }, "PUBLIC_ORIGIN"],
  [{ PUBLIC_ORIGIN: "ftp://handover.example" }, "PUBLIC_ORIGIN"],
  [{ SESSION_STORE: "postgres://db.example" }, "SESSION_STORE must be lmdb, redis://"],
  [{ SESSION_STORE: "redis:" }, "SESSION_STORE"],
  [{ SESSION_STORE: "redis://db.example/sessions" }, "SESSION_STORE"],
  [{ SESSION_STORE: "redis://db.example?family=6" }, "SESSION_STORE"],
  [{ SESSION_STORE: "redis://db.example" }, "SERVER_KEY is needed with SESSION_STORE=redis://"],
])("%o is refused by name", (env, message) => {
  expect(() => readConfig(env)).toThrow(ConfigError);
  expect(() => readConfig(env)).toThrow(message);
});

test("a Redis comes with a key that all processes share, and with a prefix", () => {
  const url = "rediss://user:p%40ss@db.example:6380/3";
  const given = { SESSION_STORE: url, SERVER_KEY: "A".repeat(43) };
  expect(readConfig(given).redis).toEqual({ url, prefix: "handover:" });
  expect(readConfig({ ...given, STORE_PREFIX: "clinic:" }).redis).toEqual({ url, prefix: "clinic:" });
  expect(readConfig({ SESSION_STORE: "lmdb" }).redis).toBeUndefined();
});

test("the password of a Redis is in no message", () => {
  expect(() => readConfig({ SESSION_STORE: "redis://:secret@db.example/x" })).toThrow(
    expect.not.objectContaining({ message: expect.stringContaining("secret") }),
  );
});

test("everything that is wrong is told at once", () => {
  try {
    readConfig({ PORT: "x", IDLE_TIMEOUT: "y", LOGIN_RATE: "z" });
    expect.unreachable();
  } catch (error) {
    expect((error as Error).message.split("\n").map((line) => line.split(" ")[0])).toEqual([
      "IDLE_TIMEOUT",
      "PORT",
      "LOGIN_RATE",
    ]);
  }
});
