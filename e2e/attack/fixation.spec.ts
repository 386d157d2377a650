import { openBare, signInBare } from "../support/bare.js";
import { expect, people, test } from "./support/attack.js";

test("S4 S5 S6 a session that somebody else has put into the browser dies at sign-in, and nothing of it is left", async ({
  context,
  server,
  tap,
}) => {
  const headers = { "Content-Type": "application/json", "X-Sojourn": "1" };
  const peek = (cookie: string) => fetch(`${tap.origin}/session`, { headers: { cookie } });
  const cookieOf = async () =>
    (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");

  // The attacker signs in as himself, and plants what he got.
  const own = await fetch(`${tap.origin}/login`, {
    ...{
      method: "POST",
      headers,
      body: JSON.stringify({ username: "alan", password: people.alan.password }),
    },
  });
  const planted = own.headers.getSetCookie().map((it) => it.split(";")[0] as string);
  const known = planted.join("; ");
  expect((await peek(known)).status, "the control").toBe(200);
  await context.addCookies(
    planted.map((it) => ({
      name: it.slice(0, it.indexOf("=")),
      value: it.slice(it.indexOf("=") + 1),
      url: tap.origin,
    })),
  );

  const page = await openBare(context);
  const seen = () =>
    page.evaluate(
      () =>
        ({ ...session.inspect(), ...session.getState() }) as ReturnType<typeof session.inspect> & {
          user?: unknown;
        },
    );
  const before = await seen();
  expect(before.user, "the control: the plant has taken").toMatchObject({ username: "alan" });

  await signInBare(page, "ada");
  const after = await seen();
  expect(after.user).toMatchObject({ username: "ada" });
  expect(after.epoch).toBeGreaterThan(before.epoch);
  expect(after.record?.prefix).not.toBe(before.record?.prefix);
  expect(after.record?.subject).not.toBe(before.record?.subject);
  const fresh = await cookieOf();
  for (const it of planted) expect(fresh).not.toContain(it.split("=")[1]);
  expect((await peek(known)).status, "dead").toBe(401);
  expect((await peek(fresh)).status).toBe(200);

  // Again as the same user: a new one all the same.
  await signInBare(page, "ada");
  const again = await seen();
  expect(again.epoch).toBeGreaterThan(after.epoch);
  expect(again.record?.prefix).not.toBe(after.record?.prefix);
  expect((await peek(fresh)).status, "dead").toBe(401);
  expect(await server.metrics()).toMatchObject({ signIns: 3 });
});

test("S5 an id that the server did not give is never adopted", async ({ context, tap }) => {
  const sid = "a".repeat(43);
  await context.addCookies([{ name: "sid", value: sid, url: tap.origin }]);
  const page = await openBare(context);
  expect(await page.evaluate(() => session.getState().status)).toBe("signed-out");
  await signInBare(page);
  const cookies = await context.cookies();
  expect(cookies.find(({ name }) => name === "sid")?.value).toMatch(/^(?!a+$)[\w-]{22,}$/);
  const reply = await fetch(`${tap.origin}/session`, { headers: { cookie: `sid=${sid}` } });
  expect(reply.status).toBe(401);
});
