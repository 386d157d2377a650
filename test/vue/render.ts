import type { Session } from "sojourn";
import type { FakeUser } from "sojourn/testing";
import { sessionPlugin } from "sojourn/vue";
import { afterEach, beforeEach, expect, onTestFinished, vi } from "vitest";
import { type App, type Component, createApp, createSSRApp, nextTick } from "vue";

declare module "sojourn/vue" {
  interface Register {
    session: Session<FakeUser>;
  }
}

/** What Vue complains of. A test that expects it takes it out. */
export const complaints: string[] = [];
beforeEach(() => {
  const complain = (...what: unknown[]) => void complaints.push(what.map(String).join(" "));
  vi.spyOn(console, "warn").mockImplementation(complain);
  vi.spyOn(console, "error").mockImplementation(complain);
});
afterEach(() => {
  expect(complaints.splice(0)).toEqual([]);
});

export interface Mounted {
  readonly container: HTMLElement;
  readonly app: App;
  /** What can be read on the page. */
  readonly text: string;
  press(name: string): Promise<void>;
  unmount(): void;
}

export interface MountOptions {
  autoStart?: boolean;
  /** Without one the plugin is not used. */
  session?: Session<FakeUser>;
  /** What a server rendered. */
  html?: string;
}

/** Mounts an application; with `html`, hydrates it. */
export async function mount(root: Component, { html, session, autoStart }: MountOptions): Promise<Mounted> {
  const container = document.body.appendChild(document.createElement("div"));
  container.innerHTML = html ?? "";
  const app = html === undefined ? createApp(root) : createSSRApp(root);
  if (session) app.use(sessionPlugin, autoStart === undefined ? { session } : { session, autoStart });
  let there = false;
  const mounted: Mounted = {
    container,
    app,
    get text() {
      return container.textContent ?? "";
    },
    async press(name) {
      const button = [...container.querySelectorAll("button")].find((it) => it.textContent === name);
      if (!button) throw new Error(`There is no button "${name}" in "${mounted.text}".`);
      button.click();
      await nextTick();
    },
    unmount() {
      if (there) app.unmount();
      there = false;
      container.remove();
    },
  };
  onTestFinished(mounted.unmount);
  app.mount(container);
  there = true;
  await nextTick();
  return mounted;
}
