import type { Session } from "sojourn";
import type { Tab, World } from "sojourn/testing";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { MINUTE, SECOND, shows } from "../session/support.js";
import { blocksIn, pages, root } from "./blocks.js";
import { here, newWorld } from "./world.js";

/** A code block as a module, new for every test. */
// biome-ignore lint/suspicious/noExplicitAny: types.test.ts checks the types of the blocks
const load = (page: string, file: string): Promise<any> =>
  import(/* @vite-ignore */ `${root}docs/${page}/${file}`);

/** The session that a page's blocks have made, and its tab; with Ada in it. */
async function signedIn(page: string): Promise<{ tab: Tab<never>; session: Session }> {
  const { session } = await load(page, "session.ts");
  const tab = tabs[0];
  await world.run(tab.session.start(world.server.signIn("ada") as never));
  return { tab, session };
}

let world: World;
let tabs: Tab<never>[];
beforeEach(() => {
  vi.resetModules();
  newWorld();
  ({ world, tabs } = here());
  // Addresses are relative to the page, as in a browser.
  vi.stubGlobal(
    "Request",
    class extends Request {
      constructor(input: RequestInfo | URL, init?: RequestInit) {
        super(typeof input === "string" ? new URL(input, "https://app.test/") : input, init);
      }
    },
  );
});
afterEach(() => {
  vi.unstubAllGlobals();
  document.body.replaceChildren();
});

describe("every session of a guide can be made", () => {
  const made = pages.filter((page) => blocksIn(page).some(({ file }) => file === "session.ts"));
  test.each(made.filter((page) => /^docs\/(guides|migration)\//.test(page)))("%s", async (page) => {
    const { session } = await load(page.slice("docs/".length), "session.ts");
    expect(session.getState()).toEqual({ status: "unknown", connection: "ok" });
  });
});

test("README: the first lines warn, and say why a session ended", async () => {
  const said = vi.spyOn(console, "log").mockImplementation(() => {});
  const assign = vi.fn();
  vi.stubGlobal("location", { assign });
  world.server.signIn("ada");
  // What jsdom's dialogs cannot do.
  Object.assign(HTMLDialogElement.prototype, { showModal() {}, close() {} });
  Object.assign(Document.prototype, { elementFromPoint: () => null });
  const loading = import(/* @vite-ignore */ `${root}README.md/session.ts`);
  const patient = { timeout: 20_000 };
  await vi.waitFor(() => expect(tabs).toHaveLength(1), patient);
  await vi.waitFor(async () => {
    await world.advance(SECOND);
    expect(shows(tabs[0])).toBe("active");
  }, patient);
  await loading;
  await import(/* @vite-ignore */ `${root}README.md/events.ts`);
  expect(document.querySelector("session-warning")?.session).toBe(tabs[0].session);
  await world.advance(14 * MINUTE);
  expect(said.mock.calls[0].slice(0, 1)).toEqual(["near the idle limit:"]);
  await world.advance(2 * MINUTE);
  expect(assign).toHaveBeenCalledWith("/sign-in?because=idle");
});

test("without a framework: the page starts the session, shows who is signed in, and warns", async () => {
  world.server.signIn("ada");
  const name = document.body.appendChild(document.createElement("span"));
  name.setAttribute("data-user-name", "");
  const { session } = await load("guides/frameworks.md", "plain.ts");
  await world.advance(SECOND);
  expect(session.getState().status).toBe("active");
  expect([document.body.dataset.session, name.textContent]).toEqual(["active", "Ada"]);
  expect(document.querySelector("session-warning")?.session).toBe(session);
});

describe("Next.js, where the server has told of the session", () => {
  const page = "guides/ssr.md";
  const told = (epoch: number) => ({ user: { id: "ada", name: "Ada" }, epoch, idleExpiresIn: 900 });

  /** The page as the router renders it: what the server told is a new object each time. */
  async function rendered() {
    const { createElement, StrictMode } = await import("react");
    const { createRoot } = await import("react-dom/client");
    const { flushSync } = await import("react-dom");
    const { session } = await load(page, "app/session.ts");
    const { Known } = await load(page, "app/known.tsx");
    const app = createRoot(document.body.appendChild(document.createElement("main")));
    onTestFinished(() => app.unmount());
    const render = async (body: unknown) => {
      const known = createElement(Known, { told: body }, "Hello");
      flushSync(() => app.render(createElement(StrictMode, null, known)));
      await world.advance(SECOND);
    };
    return { session, render, tab: tabs[0] };
  }

  test("a dashboard that is refreshed every half minute keeps nobody signed in", async () => {
    const { render, tab } = await rendered();
    await render(told(1));
    expect(shows(tab)).toBe("active");
    for (let minutes = 0; minutes < 13.5; minutes += 0.5) {
      await world.advance(MINUTE / 2 - SECOND);
      await render(told(1));
    }
    expect(shows(tab)).toBe("warning idle");
  });

  test("what the router has kept begins no session that is over, and the next sign-in does begin", async () => {
    const { session, render, tab } = await rendered();
    await render(told(1));
    await world.run(session.logout());
    await render(told(1));
    expect(shows(tab)).toBe("ended logout");
    await render(told(2));
    expect(shows(tab)).toBe("active");
    await render(told(1));
    expect(session.inspect().record?.marker).toBe("2");
  });

  test("where it has told of nobody the server is asked", async () => {
    const { render, tab } = await rendered();
    await render(undefined);
    expect(world.network.sent("/api/auth/session")).not.toEqual([]);
    await render(told(1));
    expect(shows(tab)).toBe("active");
  });
});

test("PCI DSS: fifteen minutes without input end the session, a warning comes two minutes before", async () => {
  const { tab } = await signedIn("guides/pci-dss.md");
  await world.advance(13 * MINUTE - SECOND);
  expect(shows(tab)).toBe("active");
  await world.advance(2 * SECOND);
  expect(shows(tab)).toBe("warning idle");
  await world.advance(2 * MINUTE);
  expect(shows(tab)).toBe("ended idle");
});

test("cookies: a sign-in route of one's own begins the session, and requests carry the header", async () => {
  const { signIn } = await load("guides/cookies.md", "session.ts");
  const { saveNote } = await load("guides/cookies.md", "notes.ts");
  const body = { user: { id: "ada", name: "Ada" }, idleExpiresIn: 900, accessExpiresIn: 300 };
  vi.stubGlobal("fetch", async () => Response.json(body));
  expect(await world.run(signIn("ada", "lovelace"))).toBe(true);
  expect(tabs[0].session.getState()).toMatchObject({ status: "active", user: { name: "Ada" } });
  world.server.route("/api/notes", () => ({ status: 201 }));
  await world.run(saveNote("fed the cat"));
  expect(world.network.sent("/api/notes")[0].headers["x-sojourn"]).toBe("1");
  world.server.route("/api/notes", () => ({ status: 500 }));
  await expect(world.run(saveNote("again"))).rejects.toThrow("not saved: 500");
});

test("OAuth: the code is exchanged once, and requests to the API carry the token", async () => {
  const { session } = await load("guides/oauth.md", "session.ts");
  const { comeBack } = await load("guides/oauth.md", "callback.ts");
  const { appointments, token } = await load("guides/oauth.md", "api.ts");
  world.server.route("/oauth/token", () => ({
    body: { token_type: "Bearer", access_token: "at-1", refresh_token: "rt-1", expires_in: 300 },
  }));
  world.server.route("/appointments", () => ({ body: [] }));
  history.replaceState(null, "", "/callback?code=c-1");
  await world.run(comeBack("verifier"));
  expect(location.pathname).toBe("/");
  expect(session.getState().status).toBe("active");
  expect(await world.run(token())).toBe("at-1");
  expect(await world.run(appointments())).toEqual([]);
  expect(world.network.sent("/appointments")[0].headers.authorization).toBe("Bearer at-1");
  history.replaceState(null, "", "/callback");
  await expect(comeBack("verifier")).rejects.toThrow("no code");
});

test("several tabs: what the page says happens", async () => {
  const failed = vi.spyOn(console, "assert");
  await load("guides/tabs.md", "tabs.ts");
  expect(failed).toHaveBeenCalledTimes(3);
  expect(failed.mock.calls.filter(([right]) => right !== true)).toEqual([]);
});

describe("requests", () => {
  const page = "guides/requests.md";

  test("axios, ky and ofetch send with the session's credentials", async () => {
    await signedIn(page);
    const { api: axios } = await load(page, "axios.ts");
    const { api: ky } = await load(page, "ky.ts");
    const { api: ofetch } = await load(page, "ofetch.ts");
    expect((await world.run<{ data: unknown }>(axios.get("/me"))).data).toEqual({ user: "ada" });
    expect(await world.run(ky.post("me", { json: {} }).json())).toEqual({ user: "ada" });
    expect(await world.run(ofetch("/me", { method: "POST", body: {} }))).toEqual({ user: "ada" });
    const sent = world.network.sent("/api/me");
    expect(sent.map(({ method }) => method)).toEqual(["GET", "POST", "POST"]);
    expect(sent[1].headers["x-sojourn"]).toBe("1");
  });

  test("a 401 costs one refresh and one replay, and none of them refreshes itself", async () => {
    await signedIn(page);
    const { api } = await load(page, "ky.ts");
    world.network.next("/api/me", { answer: { status: 401, body: { error: "invalid_token" } } });
    expect(await world.run(api.get("me").json())).toEqual({ user: "ada" });
    expect(world.server.metrics.refreshes).toBe(1);
    expect(world.network.sent("/api/me")).toHaveLength(2);
  });

  test("Apollo asks through the session", async () => {
    await signedIn(page);
    const { client } = await load(page, "apollo.ts");
    const { gql } = await import("@apollo/client");
    world.server.route("/api/graphql", () => ({
      headers: { "content-type": "application/json" },
      body: { data: { me: "ada" } },
    }));
    const asked = client.query({ query: gql`{ me }` });
    expect((await world.run<{ data: unknown }>(asked)).data).toEqual({ me: "ada" });
    expect(world.network.sent("/api/graphql")).toHaveLength(1);
  });

  test("a stream of events is read until it ends", async () => {
    await signedIn(page);
    const { listen } = await load(page, "events.ts");
    world.server.route("/api/events", () => ({ body: "data: one\n\ndata: two\n\n" }));
    const heard: string[] = [];
    await world.run(listen((data: string) => heard.push(data)));
    expect(heard).toEqual(["one", "two"]);
  });

  test("a socket is opened with a ticket, and closed by the end", async () => {
    const { session } = await signedIn(page);
    const { openSocket } = await load(page, "socket.ts");
    world.server.route("/api/socket-tickets", () => ({ body: { ticket: "t 1" } }));
    const close = vi.fn();
    const opened: string[] = [];
    vi.stubGlobal(
      "WebSocket",
      class extends EventTarget {
        close = close;
        constructor(url: string) {
          super();
          opened.push(url);
        }
      },
    );
    await world.run(openSocket());
    expect(opened).toEqual([`wss://${location.host}/socket?ticket=t%201`]);
    await world.run(session.logout());
    expect(close).toHaveBeenCalledWith(4401, "session ended");
  });

  test("where there is no token that is said", async () => {
    const { session } = await signedIn(page);
    const { authorization } = await load(page, "other.ts");
    await expect(world.run(authorization())).rejects.toMatchObject({ code: "ERR_NO_CREDENTIAL" });
    await world.run(session.logout());
    expect(await authorization()).toBeUndefined();
  });
});

describe("uploads", () => {
  const page = "guides/uploads.md";

  test("I17 nobody is signed out in the middle of an upload", async () => {
    const { tab, session } = await signedIn(page);
    const { upload } = await load(page, "upload.ts");
    world.server.limits.access = 60 * MINUTE;
    await world.run(session.refresh());
    const holds: boolean[] = [];
    session.on("hold", ({ active }) => holds.push(active));
    world.network.next("/api/files", { delay: 20 * MINUTE });
    const uploaded = upload(new Blob(["a long film"]));
    await world.advance(19 * MINUTE);
    expect(shows(tab)).toBe("active");
    expect(await world.run(uploaded, 5 * MINUTE)).toBe(true);
    expect(holds).toEqual([true, false]);
    expect(world.server.sessions[0].over).toBeUndefined();
  });

  test("a film holds the limit while it plays", async () => {
    const { tab } = await signedIn(page);
    const { holdWhilePlaying } = await load(page, "film.ts");
    const film = document.createElement("video");
    holdWhilePlaying(film);
    film.dispatchEvent(new Event("play"));
    await world.advance(60 * MINUTE);
    expect(shows(tab)).toBe("active");
    film.dispatchEvent(new Event("pause"));
    await world.advance(16 * MINUTE);
    expect(shows(tab)).toBe("ended idle");
  });

  test("where the transfer stands is saved before the limit", async () => {
    await signedIn(page);
    const { saveBeforeTheEnd } = await load(page, "save.ts");
    saveBeforeTheEnd(() => 42);
    await world.advance(16 * MINUTE);
    expect(world.network.sent("/api/files/position")[0]).toMatchObject({ body: "42", outcome: 200 });
  });
});

test("I16 iframes: what is done in a frame counts, and only what the right frame says", async () => {
  const { tab } = await signedIn("guides/iframes.md");
  const { watchFrame } = await load("guides/iframes.md", "same-origin.ts");
  const { hearFrame } = await load("guides/iframes.md", "page.ts");
  const frame = document.body.appendChild(document.createElement("iframe"));
  watchFrame(frame);
  await world.advance(10 * MINUTE);
  frame.contentWindow?.dispatchEvent(new Event("keydown"));
  await world.advance(10 * MINUTE);
  expect(shows(tab)).toBe("active");

  hearFrame(frame, "https://pay.example");
  const say = (origin: string) =>
    dispatchEvent(
      new MessageEvent("message", { origin, source: frame.contentWindow as Window, data: "user-active" }),
    );
  say("https://pay.example");
  await world.advance(10 * MINUTE);
  expect(shows(tab)).toBe("active");
  say("https://evil.example");
  await world.advance(4 * MINUTE);
  expect(shows(tab)).toBe("warning idle");
});

test("offline: nobody is signed out, and staying is said to have failed", async () => {
  const { tab } = await signedIn("guides/offline.md");
  const { stay } = await load("guides/offline.md", "stay.ts");
  expect(await world.run(stay())).toBe("You are still signed in.");
  tab.setOffline(true);
  expect(await world.run(stay())).toBe("We could not reach the server. Please try again.");
  expect(document.documentElement.hasAttribute("data-offline")).toBe(true);
  expect(shows(tab)).toBe("active");
  tab.setOffline(false);
  await world.advance(MINUTE);
  expect(document.documentElement.hasAttribute("data-offline")).toBe(false);
});

test("offline: a page that is reloaded knows that somebody is signed in, and not who", async () => {
  const { tab } = await signedIn("guides/offline.md");
  tab.setOffline(true);
  const again = tab.reload();
  again.setOffline(true);
  await world.run(again.session.start());
  expect(again.session.getState()).toMatchObject({ status: "active", user: undefined });
});

test("a kiosk writes nothing to the disk", async () => {
  const { tab } = await signedIn("guides/kiosk.md");
  await world.advance(2 * MINUTE + 20 * SECOND);
  expect(shows(tab)).toBe("warning idle");
  expect(world.disk.read("sojourn.default")).toBeUndefined();
});

test("a router's guard waits for the answer", async () => {
  const { onlySignedIn } = await load("guides/vue.md", "router.ts");
  expect(await world.run(onlySignedIn({ path: "/" }))).toBe("/sign-in");
  expect(await world.run(onlySignedIn({ path: "/sign-in" }))).toBe(true);
  await world.run(tabs[0].session.start(world.server.signIn("ada") as never));
  expect(await world.run(onlySignedIn({ path: "/" }))).toBe(true);
});
