import { SessionGate, sessionPlugin, useSession, useSessionWarning } from "sojourn/vue";
import { expect, test, vi } from "vitest";
import { createSSRApp, h, nextTick } from "vue";
import { renderToString } from "vue/server-renderer";
import { alone, LASTING, MINUTE } from "../session/support.js";
import { inPage } from "../warning/page.js";
import { mount } from "./render.js";

const Look = {
  setup() {
    const state = useSession();
    const warning = useSessionWarning();
    return () => h("p", state.value.status + (warning.value.open ? `, ${warning.value.limit} is near` : ""));
  },
};

const Root = {
  render: () =>
    h("main", [
      h(SessionGate, null, {
        default: ({ user }: { user: { name: string } }) => h("b", user.name),
        fallback: () => h("i", "one moment"),
      }),
      h(Look),
    ]),
};

test("what a server rendered is found as it is by a page that knows more already, and then says so", async () => {
  const { world, tab } = await alone({ server: LASTING });
  inPage(tab);
  await world.advance(14 * MINUTE);
  expect(tab.session.getState().status).toBe("warning");

  const onServer = world.tab({ browser: (usual) => ({ ...usual, page: false }) });
  vi.stubGlobal("document", undefined);
  const html = await renderToString(createSSRApp(Root).use(sessionPlugin, onServer));
  vi.unstubAllGlobals();
  inPage(tab);
  expect(html.replaceAll(/<!--.*?-->/g, "")).toBe("<main><i>one moment</i><p>unknown</p></main>");

  let look: Element | null = null;
  const page = await mount(
    { ...Root, beforeMount: () => (look = document.querySelector("main p")) },
    { session: tab.session, html },
  );
  await nextTick();
  // A mismatch would have been complained of, and mended with another element.
  expect(page.text).toBe("Adawarning, idle is near");
  expect(look).not.toBeNull();
  expect(page.container.querySelector("p")).toBe(look);
});
