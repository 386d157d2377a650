import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { HELP } from "../../src/doctor/arguments.js";
import { ManualClock } from "../server/support/clock.js";
import { temporaryFolder } from "../server/support/server.js";
import { badServer, PAGE, PASSWORD } from "./support/bad-server.js";
import { doctor, entries } from "./support/doctor.js";
import { LOGIN } from "./support/login.js";

const URL = "http://127.0.0.1:9";
const clock = new ManualClock();
const env = { PASSWORD };

test.each([
  ["no address", [], "One URL is needed"],
  ["two addresses", [URL, URL], "One URL is needed"],
  ["no address of the web", ["ftp://app.example", ...LOGIN], "The URL must be like"],
  ["an address with a password", ["http://ada:lovelace@app.example", ...LOGIN], "must have no user name"],
  ["no way to sign in", [URL], "--login, --config or --cookie-file"],
  ["an option that is none", [URL, "--frobnicate"], "Unknown option '--frobnicate'"],
  ["a preset that is none", [URL, ...LOGIN, "--preset", "nope"], "No such preset: nope. There are:"],
  ["a check that is none", [URL, ...LOGIN, "--only", "nope"], "No such check: nope. There are: reply-shape"],
  ["a duration that is none", [URL, ...LOGIN, "--wait", "long"], "--wait must be like"],
  ["a number that is none", [URL, ...LOGIN, "--attempts", "many"], "--attempts must be a whole number"],
  [
    "a pair that is none",
    [URL, "--login", "/login", "--login-field", "ada"],
    "--login-field must be NAME=VALUE",
  ],
  ["fields and nowhere to send them", [URL, "--login-field", "a=b"], "--login PATH is needed"],
  ["a variable that is not set", [URL, "--login", "/", "--login-secret", "a=env:NOPE"], "NOPE is not set"],
  [
    "nothing on standard input",
    [URL, "--login", "/", "--login-secret", "a=stdin"],
    "standard input is empty",
  ],
  ["a file that is not there", [URL, "--config", "/nowhere.json"], "/nowhere.json cannot be read"],
  ["cookies that are not there", [URL, "--cookie-file", "/nowhere"], "/nowhere cannot be read."],
  ["nobody at the address", ["http://127.0.0.1:65535", ...LOGIN], "could not be examined: fetch failed"],
])("%s is said on standard error, with exit code 2", async (_, args, words) => {
  const told = await doctor(args, { clock, env });
  expect(told).toMatchObject({ code: 2, out: "" });
  expect(told.err).toContain(words);
  const json = await doctor([...args, "--json"], { clock, env });
  expect(JSON.parse(json.out)).toEqual({ format: 1, error: expect.stringContaining(words) });
});

test("a password has no place in the arguments, and is not repeated", async () => {
  for (const secret of [
    ["--login-field", "password=hunter22"],
    ["--login-secret", "password=hunter22"],
  ]) {
    const { code, err } = await doctor([URL, "--login", "/login", ...secret], { clock });
    expect(code).toBe(2);
    expect(err).toContain("env:VARIABLE");
    expect(err).not.toContain("hunter22");
  }
});

test("a misspelt setting is an error, not a default", async () => {
  const folder = await temporaryFolder();
  const say = async (config: object | string) => {
    const file = join(folder, "config.json");
    await writeFile(file, typeof config === "string" ? config : JSON.stringify(config));
    return (await doctor([URL, "--config", file], { clock })).err;
  };
  expect(await say({ presett: "bff" })).toContain("no such setting: presett");
  expect(await say({ signIn: { url: "/login", jsn: {} } })).toContain("signIn: no such setting: jsn");
  expect(await say({ signIn: { json: {} } })).toContain("signIn.url must be an address");
  expect(await say({ signIn: { url: "/", json: {}, form: {} } })).toContain("both json and form");
  const broken = await say('{ "password": "hunter22" ');
  expect(broken).toContain("it is not valid");
  expect(broken).not.toContain("hunter22");
});

test("--help says every option, and needs nothing", async () => {
  expect(await doctor(["--help"], { clock })).toMatchObject({ code: 0, out: HELP });
  for (const option of HELP.matchAll(/--[a-z-]+/g)) {
    const { err } = await doctor([URL, ...LOGIN, `${option[0]}=1`, "--only=nope"], { clock });
    expect(err, option[0]).not.toContain("Unknown option");
  }
});

test("a form, and a password from standard input", async () => {
  const server = await badServer(clock);
  const args = [
    "--login",
    "/login",
    "--login-form",
    "--login-secret",
    "password=stdin",
    "--login-header",
    "X-Mine=1",
  ];
  const told = await doctor([server.url, ...args], { clock, stdin: "a b" });
  // This server wants JSON: what matters is what was sent.
  expect(told.code).toBe(2);
  expect(server.seen[0]).toMatch(/"x-mine":"1".*application\/x-www-form-urlencoded.* password=a\+b$/);
});

test("reads sojourn-doctor.json with secrets of the environment, and the command line wins", async () => {
  const server = await badServer(clock, "no nosniff", "clock ten minutes slow");
  const file = join(await temporaryFolder(), "sojourn-doctor.json");
  await writeFile(
    file,
    JSON.stringify({
      origin: PAGE,
      signIn: { url: "/login", json: { username: "ada", password: { env: "PASSWORD" } } },
      only: ["nosniff"],
    }),
  );
  const told = await doctor([server.url, "--json", "--config", file], { clock, env });
  expect(Object.keys(entries(told, "found"))).toEqual(["nosniff"]);
  const other = await doctor([server.url, "--json", "--config", file, "--only", "clock-skew"], {
    clock,
    env,
  });
  expect(Object.keys(entries(other, "found"))).toEqual(["clock-skew"]);
});

/** The cookies of a session that somebody else has made, as `name=value`. */
async function signedIn(url: string): Promise<readonly string[]> {
  const reply = await fetch(`${url}/login`, {
    method: "POST",
    headers: { "X-Sojourn": "1", "Content-Type": "application/json", Origin: PAGE },
    body: JSON.stringify({ password: PASSWORD }),
  });
  return reply.headers.getSetCookie().map((cookie) => cookie.split(";")[0] as string);
}

test("with the cookies of a session that is there already, what needs more sessions is not run", async () => {
  const server = await badServer(clock, "no nosniff");
  const lines = await signedIn(server.url);
  const file = join(await temporaryFolder(), "cookies.txt");
  for (const text of [lines.join("\n"), lines.map((line) => netscape(line)).join("\n")]) {
    await writeFile(file, `# Netscape HTTP Cookie File\n${text}\n`);
    const told = await doctor([server.url, "--json", "--origin", PAGE, "--cookie-file", file], { clock });
    if (text.includes("\t")) {
      // It has been signed out by the first run.
      expect(told.out).toContain("nobody was signed in");
      continue;
    }
    expect(Object.keys(entries(told, "found"))).toEqual(["nosniff"]);
    expect(entries(told, "not-run")["session-id"]).toContain("no sign-in is described");
    expect(entries(told, "passed")).toHaveProperty("sign-out-session");
  }
});

test("with cookies that were set before, and are not set again, what is to be seen of them is looked at", async () => {
  const { url } = await badServer(clock, "id in the body", "readable cookie");
  const folder = await temporaryFolder();
  const [file, config] = [join(folder, "cookies.txt"), join(folder, "sojourn-doctor.mjs")];
  await writeFile(file, (await signedIn(url)).join("\n"));
  await writeFile(
    config,
    `const headers = { "X-Sojourn": "1" };
     export default {
       origin: "${PAGE}",
       server: {
         peek: async ({ send }) => ({ user: (await send({ url: "/session" })).body.user }),
         end: async ({ send }) => void (await send({ url: "/logout", method: "POST", headers })),
       },
     };`,
  );
  const told = await doctor([url, "--json", "--config", config, "--cookie-file", file], { clock });
  expect(entries(told, "found")).toEqual({
    "credential-in-body": "GET /session has the value of a cookie in its body",
  });
  const none = "no cookie of a session was set";
  expect(entries(told, "not-run")).toMatchObject({
    "cookie-httponly": none,
    "cookie-secure": none,
    "cookie-prefix": none,
    "cookie-samesite": none,
    "cookie-domain": none,
    "cookie-lifetime": none,
    "sign-out-clears": none,
  });
});

const netscape = (pair: string) =>
  ["#HttpOnly_127.0.0.1", "FALSE", "/", "TRUE", "0", ...pair.split("=")].join("\t");

test("http without TLS is found where it is not this machine", async () => {
  const { url } = await badServer(clock, "origin not looked at");
  const args = [url, "--json", "--origin", "http://app.example", "--only", "https", ...LOGIN];
  expect(entries(await doctor(args, { clock, env }), "found")).toEqual({
    https: "users come to http://app.example",
  });
});

test("examines a server by verbs of one's own, which a module has", async () => {
  const { url } = await badServer(clock, "touch does nothing");
  const config = join(await temporaryFolder(), "sojourn-doctor.mjs");
  await writeFile(
    config,
    `const read = ({ body }) => ({ user: body.user, idleExpiresIn: body.idleExpiresIn * 1000 });
     const headers = { "X-Sojourn": "1" };
     export default {
       origin: "${PAGE}",
       server: {
         peek: async ({ send }) => read(await send({ url: "/session" })),
         touch: async ({ send }) => read(await send({ url: "/session/touch", method: "POST", headers })),
       },
       signIn: { url: "/login", json: { password: { env: "PASSWORD" } } },
     };`,
  );
  const told = await doctor([url, "--json", "--config", config], { clock, env });
  expect(JSON.parse(told.out).preset).toBe("custom");
  expect(Object.keys(entries(told, "found"))).toEqual(["touch-extends"]);
  expect(entries(told, "not-run")).toMatchObject({
    "refresh-rotates": "the preset has no refresh",
    "sign-out-session": "the preset has no end",
    "absolute-moves": "the server does not tell an absolute limit",
  });
});

test("what a preset knows of its server is no finding", async () => {
  const { url } = await badServer(clock, "peek slides");
  const config = join(await temporaryFolder(), "sojourn-doctor.mjs");
  await writeFile(
    config,
    `export default {
       origin: "${PAGE}",
       server: {
         peekSlides: true,
         async peek({ send }) {
           const { body } = await send({ url: "/session" });
           return { user: body.user, idleExpiresIn: body.idleExpiresIn * 1000 };
         },
       },
       signIn: { url: "/login", json: { password: { env: "PASSWORD" } } },
     };`,
  );
  const told = await doctor([url, "--json", "--config", config], { clock, env });
  expect(entries(told, "found")).toEqual({});
  expect(entries(told, "passed")["peek-slides"]).toContain("the preset knows");
});

test("the report for people says what was seen, why, what to change and where it stands", async () => {
  const { url } = await badServer(clock, "peek slides");
  const args = [url, "--origin", PAGE, "--skip", "cors", ...LOGIN];
  const { out, code } = await doctor(args, { clock, env });
  expect(code).toBe(1);
  expect(out).toContain("FOUND (must) peek-slides: not so: “Reading the session does not extend it”");
  expect(out).toContain("  Seen: the idle limit moved away when the session was read");
  expect(out).toContain("  Why it matters: Every open tab");
  expect(out).toContain("  Change: Let only the request");
  expect(out).toContain("OWASP ASVS 5.0 V7.3.1: https://github.com/OWASP/ASVS/blob/");
  expect(out).toContain("Passed\n  ok  reply-shape: Replies are what the preset says\n");
  expect(out).toContain("  --  cors: you have left it out\n");
  expect(out).toMatch(/1 found, \d+ passed, \d+ not run\n$/);
  expect(
    Math.max(
      ...out
        .split("\n")
        .filter((line) => /^ {2}(Seen|Why|Change)/.test(line))
        .map((line) => line.length),
    ),
  ).toBeLessThan(100);
});

test("colours are for terminals, and say nothing that the words do not", async () => {
  const { url } = await badServer(clock, "no nosniff");
  const args = [url, "--origin", PAGE, ...LOGIN];
  const plain = await doctor(args, { clock, env });
  const coloured = await doctor(args, { clock, env, coloured: true });
  const escapes = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, "g");
  expect(plain.out).not.toMatch(escapes);
  expect(coloured.out).toMatch(escapes);
  expect(coloured.out.replace(escapes, "")).toBe(plain.out);
});
