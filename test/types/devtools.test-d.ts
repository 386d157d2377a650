import { createSession, type Session } from "sojourn";
import { createDevtools, type SessionDevtools } from "sojourn/devtools";
import { createWorld } from "sojourn/testing";
import { expectTypeOf, test } from "vitest";

interface Member {
  readonly id: number;
}
declare const session: Session<Member>;
declare const element: HTMLElement;

test("a session of any user can be watched", () => {
  expectTypeOf(createDevtools(session)).toEqualTypeOf<SessionDevtools>();
  createDevtools(createSession({ refresh: "/auth/refresh" }), { keep: 50 });
});

test("a world of sojourn/testing is a time that the panel can let pass", () => {
  const world = createWorld();
  createDevtools(world.tab().session, { world });
  // @ts-expect-error a clock alone is none
  createDevtools(session, { world: { now: 0 } });
});

test("the panel takes a theme by its name, or what TanStack Devtools hands over", () => {
  const { render } = createDevtools(session);
  expectTypeOf(render(element, "dark")).toEqualTypeOf<() => void>();
  render(element);
  render(element, { theme: "light" });
  // @ts-expect-error no such theme
  render(element, "sepia");
});
