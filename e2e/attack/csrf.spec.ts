import { expect, people, signedIn, test } from "./support/attack.js";
import { startElsewhere } from "./support/elsewhere.js";

/** Whatever changes something for whoever a cookie names. The token endpoints take no cookie: who asks brings a token. */
const changing = [
  ["POST", "/login", people.ada],
  ["POST", "/session/touch", {}],
  ["POST", "/refresh", {}],
  ["POST", "/logout", {}],
  ["POST", "/session/reauthenticate", { password: people.ada.password }],
  ["POST", "/api/transfers", { from: "N1", to: "N4" }],
  ["POST", "/api/notes", { bedId: "N1", text: "forged", priority: "routine" }],
  ["PUT", "/api/draft", { bedId: "", text: "forged", priority: "routine" }],
  ["DELETE", "/api/draft", undefined],
  ["DELETE", "/sessions", undefined],
  ["DELETE", "/sessions/12", undefined],
  ["POST", "/debug/trouble", { down: true }],
  ["POST", "/debug/reset", {}],
] as const;

test("C2 C3 S4 no page of another origin changes anything, by form, text or fetch, though the cookies come along", async ({
  context,
  server,
  tap,
}) => {
  const elsewhere = await startElsewhere();
  tap.reports = [];
  const tab = await signedIn(context, "none");
  await tab.write("mine");
  const cookies = await context.cookies();
  const before = await server.metrics();
  const from = tap.requests.length;

  const evil = await context.newPage();
  // The same site, another port: cookies are sent, whatever SameSite says.
  await evil.goto(elsewhere.origin);
  const results = await evil.evaluate(
    async ([origin, endpoints]) => {
      const sent: Promise<string>[] = [];
      const form = (url: string, enctype: string, fields: Record<string, string>) => {
        const frame = document.createElement("iframe");
        frame.name = `sink${Math.random()}`;
        const it = document.createElement("form");
        Object.assign(it, { action: url, method: "post", enctype, target: frame.name });
        for (const [name, value] of Object.entries(fields)) {
          const input = document.createElement("input");
          Object.assign(input, { name, value, type: "hidden" });
          it.append(input);
        }
        document.body.append(frame, it);
        sent.push(new Promise((resolve) => frame.addEventListener("load", () => resolve("sent"))));
        it.submit();
      };
      const ask = (url: string, init: RequestInit) =>
        sent.push(
          fetch(url, { credentials: "include", ...init }).then(
            ({ type }) => type,
            () => "refused",
          ),
        );
      for (const [method, path, body] of endpoints) {
        const url = origin + path;
        const json = JSON.stringify(body);
        if (method === "POST") {
          form(url, "application/x-www-form-urlencoded", body as never);
          form(url, "text/plain", { [`${json?.slice(0, -1)},"x":"`]: '"}' });
          ask(url, { method, mode: "no-cors" });
          ask(url, { method, mode: "no-cors", body: new Blob([json ?? ""], { type: "text/plain" }) });
          ask(url, { method, mode: "no-cors", body: new URLSearchParams(body as never) });
        }
        const headers = { "Content-Type": "application/json", "X-Sojourn": "1" };
        ask(url, { method, mode: "cors", headers, ...(json && { body: json }) });
        ask(url, { method, mode: "cors" });
        // By its address alone.
        ask(url, { method: "GET", mode: "no-cors" });
      }
      return Promise.all(sent);
    },
    [tap.origin, changing] as const,
  );
  expect(new Set(results)).toEqual(new Set(["sent", "refused"]));
  const arrived = tap.requests.slice(from).filter(({ url }) => url !== "/csp-report");
  const unsafe = arrived.filter(({ method }) => !/GET|OPTIONS|HEAD/.test(method));
  expect(unsafe.length, "they did come").toBeGreaterThan(40);
  expect(
    unsafe.filter(({ headers }) => /sid=/.test(headers.cookie ?? "")).length,
    "the control: with the cookies",
  ).toBeGreaterThan(30);

  const { csrfRefusals, ...after } = await server.metrics();
  expect(csrfRefusals - before.csrfRefusals).toBe(unsafe.length);
  for (const counter of ["signIns", "signOuts", "touches", "refreshes", "refreshRequests"] as const)
    expect([counter, after[counter]]).toEqual([counter, before[counter]]);
  expect(await context.cookies()).toEqual(cookies);
  expect(await tab.call()).toBe(200);
  const kept = await tab.page.evaluate(() =>
    Promise.all(["/api/notes", "/api/draft"].map((path) => demo.session.fetch(path).then((it) => it.text()))),
  );
  expect(kept.join()).not.toContain("forged");
  expect(kept[1]).toContain("mine");
  elsewhere.stop();
});

test("C2 each of them is refused without the header of this application, and as anything but JSON", async ({
  context,
  tap,
}) => {
  const tab = await signedIn(context, "none");
  for (const [method, path, data] of changing)
    for (const headers of [
      { "content-type": "application/json" },
      { "content-type": "text/plain", "x-sojourn": "1" },
      { "content-type": "application/x-www-form-urlencoded", "x-sojourn": "1" },
      { "content-type": "application/json", "x-sojourn": "1", origin: "http://127.0.0.1:1" },
      { "content-type": "application/json", "x-sojourn": "1", "sec-fetch-site": "cross-site" },
    ]) {
      const body = JSON.stringify(data ?? {});
      const reply = await context.request.fetch(tap.origin + path, { method, headers, data: body });
      expect([path, headers, reply.status()]).toEqual([path, headers, 403]);
    }
  expect(await tab.call()).toBe(200);
});

test("C5 no page of the server, nor its sign-in, is shown inside a page of another origin", async ({
  context,
  tap,
}) => {
  const elsewhere = await startElsewhere();
  tap.reports = [];
  await signedIn(context, "none");
  const evil = await context.newPage();
  await evil.goto(elsewhere.origin);
  const paths = ["/", "/react/", "/oauth-app/", "/oauth/authorize", "/session"];
  const framed = () => evil.frames().slice(1);
  await evil.evaluate(
    ([origin, all]) => {
      for (const path of all) {
        const frame = document.createElement("iframe");
        frame.src = origin + path;
        document.body.append(frame);
      }
    },
    [tap.origin, paths] as const,
  );
  await expect
    .poll(() => framed().map((frame) => frame.url()))
    .toEqual(paths.map(() => "chrome-error://chromewebdata/"));
  // Refused by the policy, and by nothing else.
  await expect.poll(() => tap.reports?.length).toBeGreaterThan(0);
  for (const report of tap.reports ?? [])
    expect(JSON.parse(report)["csp-report"]["violated-directive"]).toBe("frame-ancestors");
  elsewhere.stop();
});
