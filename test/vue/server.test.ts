// @vitest-environment node

import { createSession } from "sojourn";
import { bff } from "sojourn/presets";
import { SessionGate, sessionPlugin, useSession, useSessionWarning } from "sojourn/vue";
import { expect, test, vi } from "vitest";
import { createSSRApp, h } from "vue";
import { renderToString } from "vue/server-renderer";

const Look = {
  setup() {
    const state = useSession();
    const warning = useSessionWarning();
    return () => h("p", `${state.value.status}, ${warning.value.open}`);
  },
};

test("a server renders the fallback, asks nobody and leaves nothing behind", async () => {
  expect(typeof document).toBe("undefined");
  const fetch = vi.spyOn(globalThis, "fetch");
  const session = createSession({
    server: bff<{ id: string; name: string }>({ baseUrl: "https://app.test" }),
  });
  const subscribe = vi.spyOn(session, "subscribe");
  const before = process.getActiveResourcesInfo();
  const app = createSSRApp(() => [
    h(SessionGate, null, { default: () => "secret", fallback: () => h("i", "one moment") }),
    h(Look),
  ]).use(sessionPlugin, { session });
  const html = await renderToString(app);
  expect(html.replaceAll(/<!--.*?-->/g, "")).toBe("<i>one moment</i><p>unknown, false</p>");
  expect(subscribe).not.toHaveBeenCalled();
  expect(fetch).not.toHaveBeenCalled();
  expect(process.getActiveResourcesInfo()).toEqual(before);
});
