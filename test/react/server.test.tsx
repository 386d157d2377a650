// @vitest-environment node
import { renderToString } from "react-dom/server";
import { createSession } from "sojourn";
import { bff } from "sojourn/presets";
import { SessionGate, SessionProvider, useSession, useSessionWarning } from "sojourn/react";
import { expect, test, vi } from "vitest";

function Look() {
  return `${useSession((state) => state.status)}, ${useSessionWarning().open}`;
}

test("a server renders the fallback, asks nobody and leaves nothing behind", async () => {
  expect(typeof document).toBe("undefined");
  const fetch = vi.spyOn(globalThis, "fetch");
  const session = createSession({
    server: bff<{ id: string; name: string }>({ baseUrl: "https://app.test" }),
  });
  const subscribe = vi.spyOn(session, "subscribe");
  const before = process.getActiveResourcesInfo();
  const html = renderToString(
    <SessionProvider session={session}>
      <SessionGate fallback="one moment">secret</SessionGate>
      <Look />
    </SessionProvider>,
  );
  expect(html.replaceAll("<!-- -->", "|")).toBe("one moment|unknown, false");
  expect(subscribe).not.toHaveBeenCalled();
  expect(fetch).not.toHaveBeenCalled();
  expect(process.getActiveResourcesInfo()).toEqual(before);
});
