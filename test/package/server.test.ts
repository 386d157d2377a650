import { mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Consumer } from "./consumer.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

let app: Consumer;
beforeAll(() => {
  app = new Consumer();
  for (const name of ["@types/node", "undici-types", "lmdb"]) {
    const place = join(app.dir, "node_modules", name);
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(join(root, "node_modules", name), place, "junction");
  }
});
afterAll(() => app?.remove());

const SERVER = `
  import { createSessionServer } from "sojourn/server";
  import { openLmdb } from "sojourn/server/lmdb";
  const store = openLmdb("sessions");
  const auth = createSessionServer({ store, secret: new Uint8Array(32), user: (id) => ({ id, name: "Ada" }) });
  const headers = { "x-sojourn": "1" };
  const reply = await auth.signIn(new Request("https://app.example/login", { method: "POST", headers }), "u1");
  const cookie = reply.headers.getSetCookie().map((it) => it.split(";")[0]).join("; ");
  const { session, user } = await auth.authenticate(new Request("https://app.example/api", { headers: { cookie } }));
  console.log(JSON.stringify([reply.status, user?.name, session?.left.idle]));
  await store.close();`;

test("sojourn/server and its lmdb store work as they are published", () => {
  app.write("server.js", SERVER);
  expect(app.run("server.js")).toEqual([200, "Ada", expect.closeTo(900_000, -4)]);
});

test("their types need no browser", () => {
  app.write("server.ts", `${SERVER}\n// @ts-expect-error a slip of the pen is noticed\nuser?.nmae;`);
  app.write(
    "tsconfig.json",
    JSON.stringify({
      compilerOptions: {
        ...{
          module: "nodenext",
          moduleResolution: "nodenext",
          target: "es2022",
          lib: ["es2023"],
          types: ["node"],
        },
        ...{ strict: true, noEmit: true, skipLibCheck: true },
      },
      files: ["server.ts"],
    }),
  );
  expect(app.complaints("typescript/bin/tsc", "-p", ".")).toBe("");
});
