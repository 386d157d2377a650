import type { Session, SessionOptions } from "sojourn";
import { createWorld, type Tab, type World, type WorldOptions } from "sojourn/testing";

export * from "sojourn";

interface Here {
  /** The world that code blocks run in, and the tabs that they have opened in it. */
  world: World;
  tabs: Tab<never>[];
}
const place = globalThis as typeof globalThis & { docsTest?: Here };

/** Outlives the modules: code blocks are loaded anew for every test, and this with them. */
export const here = (): Here => {
  place.docsTest ??= { world: createWorld(), tabs: [] };
  return place.docsTest;
};

/** A new world for the next code blocks. */
export function newWorld(options: WorldOptions = {}): World {
  const world = createWorld(options);
  place.docsTest = { world, tabs: [] };
  return world;
}

/** What code blocks get for `createSession` of `sojourn`: each call is a page of its own, in the same browser. */
export function createSession<User>(options: SessionOptions<User>): Session<User> {
  const { world, tabs } = here();
  const tab = world.tab<User>(options);
  tabs.push(tab as unknown as Tab<never>);
  return tab.session;
}
