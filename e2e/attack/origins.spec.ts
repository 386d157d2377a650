import { expect, signedIn, test } from "./support/attack.js";
import { startElsewhere } from "./support/elsewhere.js";

declare global {
  var ports: MessagePort[];
}

// Where a page may go after a sign-in (C6) has a corpus of its own: test/element/return-to.test.ts.

for (const mode of ["memory", "worker"] as const)
  test(`T11 ${mode}: the token goes to its own origin only, however another one is written, and through no redirect`, async ({
    context,
    tap,
  }) => {
    const elsewhere = await startElsewhere();
    tap.connectAnywhere = true;
    const foreign: Record<string, string | undefined>[] = [];
    await context.route(/^https?:\/\/[^/]*\.example(:\d+)?\//i, async (route) => {
      foreign.push(await route.request().allHeaders());
      await route.fulfill({ headers: { "access-control-allow-origin": "*" }, body: "" });
    });
    const { page } = await signedIn(context, mode);
    const { host, port } = new URL(tap.origin);
    const there = new URL(elsewhere.origin).host;
    const ask = (urls: readonly string[]) =>
      page.evaluate(
        (all) =>
          Promise.all(
            all.map((url) =>
              demo.session.fetch(url).then(
                (reply) => reply.status,
                (error) => error.code ?? error.name,
              ),
            ),
          ),
        urls,
      );

    // The control: all of these are its own origin.
    const own = ["/oauth/userinfo", `//${host}/oauth/userinfo`, `HTTP://${host}/oauth/userinfo`];
    own.push(`http://１２７.0.0.1:${port}/oauth/userinfo`, `http://127.1:${port}/oauth/userinfo`);
    own.push("\\oauth\\userinfo", `http:\\\\${host}\\oauth\\userinfo`);
    expect(await ask(own)).toEqual(own.map(() => 200));

    const others = [
      ...[`http://${there}/a`, `//${there}/b`, `HTTP://${there}/c`, `\\\\${there}\\d`, `/\\${there}/e`],
      ...[`http:\t//${there}/f`, ` http://${there}/g`, `http://127.1:${elsewhere.port}/h`],
      ...["http://clinic.example/", "https://CLINIC.EXAMPLE/", "https://xn--bcher-kva.example/"],
      ...["https://bücher.example/", `http://127.0.0.1.example/`, `http://127.0.0.1.evil.example:${port}/`],
    ];
    expect(await ask(others)).toEqual(others.map(() => 200));
    expect(elsewhere.visits).toHaveLength(8);
    expect(foreign).toHaveLength(6);
    // Fetch has no user and no password in an address.
    const refused = [`http://${host}@${there}/i`, `http://a:b@${there}/j`, `http://${there}@${host}/k`];
    expect(new Set(await ask(refused))).toEqual(new Set(["TypeError"]));

    // Another name of the same machine is another origin.
    const before = tap.requests.length;
    await ask([`http://localhost:${port}/oauth/userinfo`]);
    expect(tap.requests.slice(before).map(({ headers }) => headers.authorization)).toEqual([undefined]);

    // What has no origin of the network gets nothing, or nobody sees it.
    const local = await page.evaluate(async () => {
      const blob = URL.createObjectURL(new Blob(["from a blob"]));
      const texts = ["data:text/plain,from data", blob].map((url) =>
        demo.session.fetch(url).then(
          (it) => it.text(),
          (error) => error.code ?? error.name,
        ),
      );
      return Promise.all(texts);
    });
    for (const text of local) expect(text).toMatch(/^(from|TypeError)/);

    // A script can lie about the address of a request. Where the page has the token, it could as well ask for that.
    if (mode === "worker") {
      const lied = await page.evaluate((url) => {
        const request = new Request(url);
        Object.defineProperty(request, "url", { value: "/oauth/userinfo" });
        return demo.session.fetch(request).catch((error) => error.code);
      }, `${elsewhere.origin}/l`);
      expect(lied).toBe("ERR_UNSUPPORTED");
    }

    for (const to of [`${elsewhere.origin}/m`, `//${there}/n`, "/oauth/userinfo"])
      expect(await ask([301, 302, 307, 308].map((it) => `/away/${it}/${encodeURIComponent(to)}`))).toEqual(
        Array(4).fill("ERR_REDIRECTED"),
      );

    const arrived = JSON.stringify([elsewhere.visits, foreign]);
    expect([...tap.secrets].filter((secret) => arrived.includes(secret))).toEqual([]);
    expect(arrived).not.toMatch(/authorization|bearer|cookie/i);
    elsewhere.stop();
  });

test("T11 worker: a script that speaks to the worker in the page's place gets no token, and sends none elsewhere", async ({
  context,
  tap,
}) => {
  const elsewhere = await startElsewhere();
  tap.connectAnywhere = true;
  await context.addInitScript(() => {
    globalThis.ports = [];
    const { postMessage } = MessagePort.prototype;
    MessagePort.prototype.postMessage = function (this: MessagePort, ...given: unknown[]) {
      if (!globalThis.ports.includes(this)) globalThis.ports.push(this);
      return postMessage.apply(this, given as [unknown]);
    };
  });
  const tab = await signedIn(context, "worker");
  const { epoch, sequence } = await tab.facts();
  const at = { epoch, sequence };
  const answers = await tab.page.evaluate(
    async ([at, there]) => {
      const port = globalThis.ports[0] as MessagePort;
      let id = 1e6;
      const call = (method: string, argument: unknown) => {
        const mine = ++id;
        return new Promise<Record<string, unknown>>((resolve) => {
          port.addEventListener("message", ({ data }) => data.id === mine && resolve(data));
          port.postMessage({ id: mine, method, argument });
        });
      };
      const how = {};
      const fetched = (url: string, more = {}) =>
        call("fetch", { at, request: { url, method: "GET", headers: [], how, ...more } });
      const said = [
        await fetched(`${location.origin}/oauth/userinfo`),
        await fetched(`${there}/direct`),
        await fetched(`${there}/body`, { method: "POST", body: new Blob(["x"]) }),
        await fetched(`${location.origin}/away/307/${encodeURIComponent(`${there}/redirected`)}`),
        await call("find", { ...at, prefix: "" }),
        await call("ask", { verb: "constructor", at }),
        await call("ask", {
          verb: "exchange",
          at,
          input: { code: "c", codeVerifier: "v", redirectUri: "r" },
        }),
        await call("read", at),
        await call("ask", { verb: "refresh", idempotencyKey: "forged", at }),
      ];
      return said.map(({ value, error }) => {
        const { body: _, ...all } = (value ?? {}) as Record<string, unknown>;
        return { ...all, status: all.status, error: (error as { code?: string })?.code };
      });
    },
    [at, elsewhere.origin] as const,
  );
  expect(answers.map(({ status, error }) => status ?? error ?? "answered")).toEqual([
    // It can use the session: this is not defended against.
    200,
    ...["ERR_UNSUPPORTED", "ERR_UNSUPPORTED", "ERR_REDIRECTED"],
    "answered",
    ...["ERR_UNSUPPORTED", "ERR_REJECTED", "ERR_UNSUPPORTED"],
    "answered",
  ]);
  const told = JSON.stringify(answers);
  expect([...tap.secrets].filter((secret) => told.includes(secret))).toEqual([]);
  expect(elsewhere.visits).toEqual([]);
  elsewhere.stop();
});
