import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { buildApp } from "../../demo/server/app.js";
import { readConfig } from "../../demo/server/config.js";
import { openMemory } from "../../src/backend/store/memory.js";
import { misfit } from "./support/described.js";
import { routesOf } from "./support/routes.js";
import { serve, temporaryFolder } from "./support/server.js";

type Operation = { readonly responses: object; readonly parameters?: readonly { readonly name: string }[] };
interface Description {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly securitySchemes: { readonly session: { readonly name: string } } };
}

const operationsOf = ({ paths }: Description) =>
  Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ method, path, ...operation })),
  );

test.each([
  ["for this machine", {}, "sid"],
  ["for the world", { PUBLIC_ORIGIN: "https://handover.example" }, "__Host-sid"],
])("every route is described, and every description is of a route: %s", async (_, env, cookie) => {
  // Without a built site there are no files.
  const config = readConfig({ ...env, SITE_DIR: await temporaryFolder() });
  const { http } = await buildApp({ config, store: openMemory(), serverKey: randomBytes(32) });
  const description = (await http.inject("/openapi.json")).json<Description>();
  const described = operationsOf(description).map(
    ({ method, path }) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`,
  );
  expect(described.sort()).toEqual(routesOf(http).sort());
  expect(description.openapi).toBe("3.1.0");
  expect(description.components.securitySchemes.session.name).toBe(cookie);
  await http.close();
});

test("C2 what changes something with a cookie asks for the header", async () => {
  const server = await serve();
  const description = (await (await server.browser().get("/openapi.json")).json()) as Description;
  const byCookie = operationsOf(description).filter(
    ({ method, path }) => method !== "get" && !/^\/(oauth|csp-report)/.test(path),
  );
  expect(byCookie.length).toBeGreaterThan(10);
  for (const { path, parameters } of byCookie)
    expect(
      parameters?.map(({ name }) => name),
      path,
    ).toContain("X-Sojourn");
});

test.each([
  ["a field that is not described", "GET", "/health", 200, '{"ok":true,"debt":1}'],
  ["a field that is missing", "GET", "/session", 200, '{"user":{"id":"1","name":"a","username":"a"}}'],
  ["another code", "GET", "/session", 401, '{"error":"gone","reason":"idle"}'],
  ["a reason that is not described", "GET", "/session", 401, '{"error":"no_session","reason":"tired"}'],
  ["a status that is not described", "GET", "/session", 418, "{}"],
  ["a body where none is described", "POST", "/logout", 204, "{}"],
  ["an error at an address that is not there", "GET", "/nowhere", 500, '{"error":"internal"}'],
])("a reply that is not as described is noticed: %s", (_, method, path, status, text) => {
  expect(misfit(method, path, { status, type: "application/json", text })).toBeTypeOf("string");
});
