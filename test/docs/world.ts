import type { Session, SessionOptions } from "sojourn";
import { createWorld, type Tab, type World, type WorldOptions } from "sojourn/testing";

export * from "sojourn";

/** The world that code blocks run in, and the tabs that they have opened in it. */
export let world: World;
export let tabs: Tab<never>[] = [];

/** A new world for the next code blocks. */
export function newWorld(options: WorldOptions = {}): World {
  world = createWorld(options);
  tabs = [];
  return world;
}

/** What code blocks get for `createSession` of `sojourn`: each call is a page of its own, in the same browser. */
export function createSession<User>(options: SessionOptions<User>): Session<User> {
  const tab = world.tab<User>(options);
  tabs.push(tab as unknown as Tab<never>);
  return tab.session;
}
