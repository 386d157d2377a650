import { oauth2 } from "sojourn/presets";
import { createWorld, type FakeUser } from "sojourn/testing";
import { expect, test } from "vitest";
import { alone, HOUR, LASTING, MINUTE, SECOND, signedIn, work } from "../session/support.js";
import { Panel, watch } from "./support.js";

const lasting = { server: LASTING };

test("it shows the status, and what belongs to it, as it changes", async () => {
  const { world, tab } = await alone(lasting);
  const panel = new Panel(watch(tab));
  expect(panel.head).toBe("active");
  expect(panel.fact("connection")).toBe("ok");
  await world.advance(14 * MINUTE);
  expect(panel.head).toMatch(/^warning idle limit in \d+ s$|^warning idle limit in 1 min$/);
  await world.run(tab.session.logout());
  await world.settle();
  expect(panel.head).toBe("ended logout, by this tab");
  expect(panel.section("Deadlines")).toBe("Nothing is due: nobody is signed in.");
});

test("an absolute limit is said to be one that cannot be extended", async () => {
  const { world, tab } = await alone({ server: { ...LASTING, absolute: 30 * MINUTE } });
  const panel = new Panel(watch(tab));
  await work(world, tab, 25 * MINUTE);
  expect(panel.head).toMatch(/^warning absolute limit in .*, cannot be extended$/);
});

test("deadlines are bars that say what is left and when something happens on the way", async () => {
  const { tab } = await alone({ server: { access: 10 * MINUTE } });
  const panel = new Panel(watch(tab));
  expect(panel.bars).toEqual({
    "Idle limit": "15 min left",
    "Absolute limit": "8 h left",
    "Access credential": "10 min left",
  });
  expect(panel.section("Deadlines")).toMatch(/Idle limit15 min.*warning at .*refresh at/);
});

test("a cool-down and a hold are deadlines while they last", async () => {
  const { world, tab } = await alone(lasting);
  const panel = new Panel(watch(tab));
  const release = tab.session.hold({ max: "10m" });
  world.network.next("/session/touch", { answer: { status: 503, headers: { "retry-after": "120" } } });
  tab.activity();
  await world.advance(70 * SECOND);
  expect(Object.keys(panel.bars)).toEqual(expect.arrayContaining(["Cool-down", "Hold"]));
  release();
  await world.advance(5 * MINUTE);
  expect(Object.keys(panel.bars)).not.toContain("Hold");
  expect(Object.keys(panel.bars)).not.toContain("Cool-down");
});

test("the timeline tells what happened and what the core asked for, the newest first", async () => {
  const { world, tabs } = await signedIn(2, lasting);
  const panel = new Panel(watch(tabs[0]));
  await world.run(tabs[1].session.logout());
  // What is on record of the end is looked at a second later.
  await world.advance(SECOND);
  expect(panel.timeline.at(-1)).toMatch(
    /^Message \| ended: logout, from \w{6}… ⇒ → ended \| end epoch \d+ \| event “ended”$/,
  );
  expect(panel.timeline.slice(0, -1).join("\n")).toMatch(/^Record read \| \d+\.0, ended: logout$/m);
});

test("quiet decisions are there when they are asked for", async () => {
  const { world, tab } = await alone(lasting);
  const panel = new Panel(watch(tab));
  await world.advance(5 * MINUTE);
  expect(panel.timeline).toEqual([]);
  const all = panel.root.querySelector<HTMLInputElement>("[type=checkbox]");
  expect(all?.labels?.[0].textContent).toMatch(/^Quiet ones too \([1-9]\d*\)$/);
  all?.click();
  expect(panel.timeline).toContain("Looked at the deadlines");
});

test("tabs are those that were heard of, and none of their names is shown in full", async () => {
  const { world, tabs } = await signedIn(3, lasting);
  const panel = new Panel(watch(tabs[0]));
  await world.run(tabs[1].session.extend());
  await world.run(tabs[2].session.extend());
  await world.settle();
  for (const { session } of tabs) {
    const { tab } = session.inspect();
    expect(panel.section("Tabs")).toContain(`${tab.slice(0, 6)}…`);
    expect(panel.everything).not.toContain(tab);
  }
  expect(panel.section("Tabs")).toMatch(/this tab.*\d+ messages?, /);
});

test("a moment of the past is shown as it was: status, deadlines, record, and what was decided", async () => {
  const { world, tab } = await alone(lasting);
  const panel = new Panel(watch(tab));
  await world.advance(16 * MINUTE);
  expect(panel.head).toMatch(/^ended idle/);
  panel.row("→ warning").click();
  expect(panel.head).toMatch(/^warning idle limit in 2 min$/);
  expect(panel.bars["Idle limit"]).toBe("2 min left");
  expect(panel.where).toMatch(/^The past: \d+ of \d+$/);
  expect(panel.fact("live")).toBe("yes");
  expect(panel.section("Decision")).toMatch(
    /^Looked at the deadlines.*Asked forevent “warning”Changed.*statusactivewarning/,
  );
  // The session goes on meanwhile, and so does the timeline.
  const before = panel.range.max;
  tab.hide();
  await world.settle();
  expect(Number(panel.range.max)).toBe(Number(before) + 1);
  expect(panel.head).toMatch(/^warning/);
  panel.button("Back to now").click();
  expect(panel.head).toMatch(/^ended idle/);
  expect(panel.where).toBe("Now");
  expect(panel.section("Decision")).toMatch(/^Choose a decision/);
});

test("the slider goes through the past decision by decision, and its right end is now", async () => {
  const { world, tab } = await alone(lasting);
  const panel = new Panel(watch(tab));
  expect(panel.range.disabled).toBe(true);
  await world.advance(14 * MINUTE);
  await world.run(tab.session.logout());
  await world.settle();
  const heads: string[] = [];
  for (let i = 0; i <= Number(panel.range.max); i++) {
    panel.scrub(i);
    heads.push(panel.head.split(" ")[0]);
  }
  expect([...new Set(heads)]).toEqual(["active", "warning", "ended"]);
  expect(panel.where).toBe("Now");
  expect(panel.range.getAttribute("aria-valuetext")).toBe("Now");
  panel.scrub(0);
  expect(panel.range.getAttribute("aria-valuetext")).toMatch(/^\d\d:\d\d:\d\d\.\d, Looked at the deadlines$/);
});

test("the timeline is one stop of the Tab key, and the arrow keys go through it", async () => {
  const { world, tabs } = await signedIn(2, lasting);
  const panel = new Panel(watch(tabs[0]));
  await world.run(tabs[1].session.extend());
  await world.run(tabs[1].session.logout());
  await world.settle();
  const rows = panel.rows;
  expect(rows.length).toBeGreaterThan(3);
  const stops = () => panel.rows.filter((row) => row.tabIndex === 0);
  expect(stops()).toEqual([rows[0]]);
  rows[0].focus();
  panel.press(rows[0], "Enter");
  expect(rows[0].getAttribute("aria-selected")).toBe("true");
  panel.press(rows[0], "ArrowDown");
  expect(panel.root.activeElement).toBe(rows[1]);
  expect(rows.map((row) => row.getAttribute("aria-selected"))[1]).toBe("true");
  panel.press(rows[1], "End");
  expect(panel.root.activeElement).toBe(rows.at(-1));
  panel.press(rows.at(-1) as HTMLElement, "ArrowDown");
  expect(panel.root.activeElement).toBe(rows.at(-1));
  panel.press(rows.at(-1) as HTMLElement, "Home");
  panel.press(rows[0], "ArrowUp");
  expect(stops()).toEqual([rows[0]]);
  panel.press(rows[0], "x");
  expect(panel.where).toMatch(/^The past/);
  panel.press(rows[0], "Escape");
  expect(panel.where).toBe("Now");
});

test("a decision that is not kept any more takes the panel back to now", async () => {
  const { world, tab } = await alone(lasting);
  const panel = new Panel(watch(tab, { keep: 4 }));
  await world.advance(14 * MINUTE);
  panel.scrub(0);
  expect(panel.where).toMatch(/^The past/);
  for (let i = 0; i < 5; i++) {
    tab.hide();
    tab.show();
  }
  await world.settle();
  expect(panel.where).toBe("Now");
});

test("in a world the panel lets time pass: an event, a while, until the next deadline", async () => {
  const { world, tab } = await alone({ server: { access: 10 * MINUTE } });
  const panel = new Panel(watch(tab, { world }));
  const press = async (name: string) => {
    const before = world.now;
    panel.button(name).click();
    await expect.poll(() => panel.root.querySelector("output")?.textContent).toMatch(/simulated$/);
    await expect.poll(() => world.now > before).toBe(true);
    // Whoever moves the world waits for it: so does the panel.
    await expect
      .poll(() =>
        world.settle().then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    return world.now - before;
  };
  expect(await press("+1 s")).toBeCloseTo(SECOND);
  expect(await press("+1 min")).toBeCloseTo(MINUTE);
  expect(panel.root.querySelector(".travel")?.textContent).toMatch(
    /Access credential: refresh, in 8 min|in 7 min/,
  );
  await press("Next deadline");
  await press("+1 s");
  expect(world.network.sent("/refresh")).toHaveLength(1);
  expect(await press("Step")).toBeGreaterThan(0);
  expect(await press("+15 min")).toBeCloseTo(15 * MINUTE);
  expect(panel.head).toMatch(/^ended idle/);
  expect(panel.button("Next deadline").disabled).toBe(true);
});

test("a world that is moving already is said to be, and nothing breaks", async () => {
  const { world, tab } = await alone(lasting);
  const panel = new Panel(watch(tab, { world }));
  const moving = world.advance(MINUTE);
  panel.button("+1 s").click();
  await expect.poll(() => panel.root.querySelector(".trouble")?.textContent).toMatch(/moving already/);
  await moving;
  panel.button("+1 s").click();
  await expect.poll(() => panel.root.querySelector(".trouble")?.textContent).toBe("");
});

test("no token, no refresh token, no authorization header and nothing of the user is ever in the panel", async () => {
  const world = createWorld();
  const tab = world.tab<FakeUser>({
    server: oauth2<FakeUser>({
      tokenUrl: "/token",
      clientId: "app",
      revocationUrl: "/revoke",
      idempotency: true,
    }),
    idle: { timeout: "1h" },
  });
  const panel = new Panel(watch(tab, { keep: 5000 }));
  panel.root.querySelector<HTMLInputElement>("[type=checkbox]")?.click();
  const grant = world.server.issueTokens("ada");
  const secrets = new Set([grant.accessToken, grant.refreshToken]);
  await world.run(tab.session.start({ ...grant, user: { id: "ada", name: "Ada Lovelace" } }));
  await work(world, tab, HOUR / 4, MINUTE);
  secrets.add(await world.run(tab.session.getAccessToken()));
  await world.run(tab.session.fetch("/api/news"));
  await world.settle();
  expect(panel.everything).toContain("known, not shown (id, name)");
  await world.run(tab.session.logout());
  await world.settle();
  let seen = panel.everything;
  for (let i = 0; i <= Number(panel.range.max); i++) {
    panel.scrub(i);
    seen += panel.section("Decision") + panel.section("Record");
  }
  for (const { headers, body } of world.network.log) {
    const form = new URLSearchParams(body);
    for (const name of ["refresh_token", "token"]) secrets.add(form.get(name) ?? undefined);
    secrets.add(headers.authorization?.replace(/^Bearer /, ""));
    secrets.add(headers["idempotency-key"]);
  }
  secrets.delete(undefined);
  expect(secrets.size).toBeGreaterThan(5);
  for (const secret of secrets) expect(seen.includes(secret as string), String(secret)).toBe(false);
  expect(seen).not.toMatch(/Lovelace|bearer|\b(at|rt)-/i);
});

test("it is a plugin of TanStack Devtools: a name, render with a theme, destroy; opened again it knows the past", async () => {
  const { world, tab } = await alone(lasting);
  const devtools = watch(tab);
  expect([devtools.id, devtools.name]).toEqual(["sojourn", "Session"]);
  const place = document.createElement("div");
  document.body.append(place);
  devtools.render(place, { theme: "dark" });
  expect((place.firstElementChild as HTMLElement).dataset.theme).toBe("dark");
  // A change of the theme renders again.
  devtools.render(place, "light");
  expect(place.childElementCount).toBe(1);
  expect((place.firstElementChild as HTMLElement).dataset.theme).toBe("light");
  devtools.destroy();
  expect(place.childElementCount).toBe(0);
  await world.advance(16 * MINUTE);
  const panel = new Panel(devtools);
  expect(panel.timeline.join("\n")).toContain("→ warning");
});

test("several panels are independent, and each is taken away by its own function", async () => {
  const { world, tab } = await alone(lasting);
  const devtools = watch(tab);
  const [one, other] = [new Panel(devtools), new Panel(devtools)];
  await world.advance(14 * MINUTE);
  one.scrub(0);
  expect(other.where).toBe("Now");
  const place = document.createElement("div");
  const first = devtools.render(place);
  const second = devtools.render(place);
  first();
  expect(place.childElementCount).toBe(1);
  second();
  expect(place.childElementCount).toBe(0);
});
