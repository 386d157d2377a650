import { act, StrictMode } from "react";
import { hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { SessionGate, SessionProvider, useSession, useSessionWarning } from "sojourn/react";
import type { Tab } from "sojourn/testing";
import { expect, onTestFinished, test } from "vitest";
import { alone, LASTING, MINUTE } from "../session/support.js";
import { inPage } from "../warning/page.js";
import "./render.js";

function Look() {
  const status = useSession((state) => ({ status: state.status })).status;
  const { open, limit } = useSessionWarning();
  return (
    <p>
      {status}
      {open && `, ${limit} is near`}
    </p>
  );
}

const tree = ({ session }: Pick<Tab, "session">) => (
  <StrictMode>
    <SessionProvider session={session}>
      <SessionGate fallback={<i>one moment</i>}>{({ user }) => <b>{user?.name}</b>}</SessionGate>
      <Look />
    </SessionProvider>
  </StrictMode>
);

test("what a server rendered is found as it is by a page that knows more already, and then says so", async () => {
  const { world, tab } = await alone({ server: LASTING });
  inPage(tab);
  await world.advance(14 * MINUTE);
  expect(tab.session.getState().status).toBe("warning");

  const onServer = world.tab({ browser: (usual) => ({ ...usual, page: false }) });
  const container = document.createElement("div");
  container.innerHTML = renderToString(tree(onServer));
  expect(container.innerHTML).toBe("<i>one moment</i><p>unknown</p>");
  const [, look] = container.children;

  const mismatches: unknown[] = [];
  await act(async () => {
    const root = hydrateRoot(container, tree(tab), { onRecoverableError: (error) => mismatches.push(error) });
    onTestFinished(() => act(async () => root.unmount()));
  });
  expect(mismatches).toEqual([]);
  expect(container.textContent).toBe("Adawarning, idle is near");
  // The server's own element, not one that took its place.
  expect(container.children[1]).toBe(look);
});
