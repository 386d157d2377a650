import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { raw } from "./support/raw.js";
import { serve, temporaryFolder } from "./support/server.js";

async function builtSite(): Promise<string> {
  const root = await temporaryFolder();
  await mkdir(join(root, "assets"));
  await mkdir(join(root, "react"));
  await writeFile(join(root, "index.html"), "<!doctype html>home");
  await writeFile(join(root, "react", "index.html"), "<!doctype html>react");
  await writeFile(join(root, "assets", "index-abc123.js"), "export {};");
  await writeFile(join(root, "assets.html"), "<!doctype html>not an asset");
  await writeFile(join(root, ".secret"), "hidden");
  return root;
}

test("pages are asked for again each time", async () => {
  const server = await serve({ SITE_DIR: await builtSite() });
  for (const [path, text] of [
    ["/", "home"],
    ["/index.html", "home"],
    ["/react/", "react"],
    ["/assets.html", "not an asset"],
  ] as const) {
    const reply = await server.browser().get(path);
    expect(reply.status, path).toBe(200);
    expect(reply.headers.get("content-type"), path).toMatch("text/html");
    expect(reply.headers.get("cache-control"), path).toBe("no-cache");
    expect(await reply.text(), path).toContain(text);
  }
});

test("a folder without its slash is led to it", async () => {
  const server = await serve({ SITE_DIR: await builtSite() });
  const reply = await server.browser().get("/react");
  expect(reply.status).toBe(301);
  expect(reply.headers.get("location")).toBe("/react/");
});

test("C5 hashed files stay in the cache for good, under the same policy", async () => {
  const server = await serve({ SITE_DIR: await builtSite() });
  const reply = await server.browser().get("/assets/index-abc123.js");
  expect(reply.headers.get("content-type")).toMatch("javascript");
  expect(reply.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  expect(reply.headers.get("content-security-policy")).toContain("script-src 'self'");
});

test("nothing but the site is served", async () => {
  const server = await serve({ SITE_DIR: await builtSite() });
  for (const path of [
    "/.secret",
    "/nowhere",
    "/assets/",
    "/../package.json",
    "/%2e%2e/package.json",
    "/react/..%2f..%2fpackage.json",
  ]) {
    const reply = await raw(server.url + path, {});
    expect([400, 403, 404], path).toContain(reply.status);
    expect(JSON.parse(reply.body), path).toEqual({ error: expect.any(String) });
  }
});

test("C6 a redirect to a folder never leaves the origin", async () => {
  const site = await builtSite();
  await mkdir(join(site, "evil.example"));
  await writeFile(join(site, "evil.example", "index.html"), "<!doctype html>a folder with an odd name");
  const server = await serve({ SITE_DIR: site });
  expect((await raw(`${server.url}/evil.example`, {})).headers.location).toBe("/evil.example/");
  for (const path of [
    "//evil.example",
    "///evil.example",
    "/./evil.example",
    "/%5cevil.example",
    "/%2fevil.example",
  ]) {
    const { headers } = await raw(server.url + path, {});
    expect(headers.location ?? "/").toMatch(/^\/(?![/\\])/);
  }
});

test("while the site is not built, a note says so", async () => {
  const server = await serve({ SITE_DIR: await temporaryFolder() });
  const reply = await server.browser().get("/");
  expect(reply.status).toBe(200);
  expect(await reply.text()).toContain("the site has not been built yet");
  expect((await server.browser().get("/assets/x.js")).status).toBe(404);
});
