import { writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Secrets } from "../../src/doctor/secrets.js";
import { ManualClock } from "../server/support/clock.js";
import { temporaryFolder } from "../server/support/server.js";
import { badServer, type Defect, PAGE, PASSWORD } from "./support/bad-server.js";
import { doctor } from "./support/doctor.js";
import { LOGIN } from "./support/login.js";

/** Whatever makes a server say more than it should. */
const TALKATIVE: readonly Defect[] = [
  ...(["id in the body", "token in the body", "id taken from the address", "secrets in errors"] as const),
  ...(["reuse unnoticed", "spent token accepted", "CORS for everybody", "planted id adopted"] as const),
  ...(["id in the address of a redirect", "sign-out deletes the cookie only", "id in a header"] as const),
];

/** Somebody else's server, which nobody has any business with. */
async function bystander(): Promise<{ url: string; heard: string[] }> {
  const heard: string[] = [];
  const server: Server = createServer((request, response) => {
    heard.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`);
    response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard };
}

test.each([["for people"], ["--json"]])("S10 no password, id or token is in any output: %s", async (how) => {
  const clock = new ManualClock();
  const server = await badServer(clock, ...TALKATIVE);
  const args = [server.url, "--origin", PAGE, "--attempts", "3", "--wait", "10m", ...LOGIN];
  const told = await doctor(how === "--json" ? [...args, how] : args, { clock, env: { PASSWORD } });
  expect(told.code).toBe(1);
  const output = [told.out, told.err, ...told.progress].join("\n");
  expect(output).toContain("credential-in-body");
  const secrets = [PASSWORD, ...server.secrets()];
  expect(secrets.length).toBeGreaterThan(20);
  for (const secret of secrets) expect(output).not.toContain(secret);
});

test("S10 an error says no secret, although the server's does", async () => {
  const clock = new ManualClock();
  const { url } = await badServer(clock, "secrets in errors");
  for (const more of [[], ["--json"]]) {
    const env = { PASSWORD: "not the right one" };
    const { code, out, err } = await doctor([url, "--origin", PAGE, ...LOGIN, ...more], { clock, env });
    expect(code).toBe(2);
    expect(out + err).toContain("The sign-in was answered with 401.");
    expect(out + err).not.toContain("not the right one");
  }
});

test("S10 a secret that a server repeats where nobody expects it is blackened", async () => {
  const clock = new ManualClock();
  const server = await badServer(clock, "id in a header");
  const args = [server.url, "--origin", PAGE, "--only", "cache", ...LOGIN];
  const told = await doctor(args, { clock, env: { PASSWORD } });
  expect(told.out).toContain('GET /session (200) has Cache-Control: private="[redacted]"');
});

test("what is known is blackened in each of its forms, and what is short is not", () => {
  const secrets = new Secrets();
  secrets.add('a "b" & c', "abc", undefined, "longer than abcd", "abcd");
  const said = ['a "b" & c', 'a \\"b\\" & c', "a%20%22b%22%20%26%20c", "longer than abcd", "abc"];
  expect(said.map((text) => secrets.redact(`<${text}>`))).toEqual([
    ...Array(4).fill("<[redacted]>"),
    "<abc>",
  ]);
});

test("T11 nothing goes to another origin: not by a redirect, not by a preset, not by a module", async () => {
  const clock = new ManualClock();
  const { url, heard } = await bystander();
  const server = await badServer(clock);
  const config = join(await temporaryFolder(), "doctor.mjs");
  const sign = (body: string) =>
    writeFile(
      config,
      `export default { preset: "bff", options: { baseUrl: "${url}" }, signIn: async (fetch) => { ${body} } };`,
    );

  await sign(`await fetch("${url}/login", { method: "POST", body: "{}" });`);
  const strayed = await doctor([server.url, "--config", config], { clock });
  expect(strayed).toMatchObject({ code: 2, err: expect.stringContaining(`would have gone to ${url}`) });

  // The same with other words for what the sign-in may do: what the preset sends is kept back.
  const other = `${config.slice(0, -4)}-preset.mjs`;
  await writeFile(
    other,
    `export default {
       options: { baseUrl: "${url}" },
       signIn: { url: "/login", json: { username: "ada", password: { env: "PASSWORD" } } },
     };`,
  );
  const told = await doctor([server.url, "--origin", PAGE, "--config", other], { clock, env: { PASSWORD } });
  expect(told.code).toBe(1);
  expect(told.out).toContain(`Note: Nothing was sent to ${url}: it is not what is examined.`);
  expect(heard).toEqual([]);
});

test("T11 a redirect is not followed, wherever it leads", async () => {
  const { url, heard } = await bystander();
  const server = createServer((_, response) => response.writeHead(302, { location: `${url}/take-it` }).end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const told = await doctor([address, ...LOGIN], { clock: new ManualClock(), env: { PASSWORD } });
  expect(told).toMatchObject({ code: 2, err: "The sign-in (302) brought neither a cookie nor a token.\n" });
  expect(heard).toEqual([]);
});
