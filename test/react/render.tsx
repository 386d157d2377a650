import { act, type ReactNode, StrictMode } from "react";
import { createRoot, type Root } from "react-dom/client";
import type { Session } from "sojourn";
import type { FakeUser } from "sojourn/testing";
import { afterEach, beforeEach, expect, onTestFinished, vi } from "vitest";

declare module "sojourn/react" {
  interface Register {
    session: Session<FakeUser>;
  }
}

export function actEnvironment(on: boolean): void {
  (globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = on;
}
actEnvironment(true);

/** What React complains of. A test that expects it takes it out. */
export const complaints: string[] = [];
beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation((...what) => void complaints.push(what.join(" ")));
});
afterEach(() => {
  expect(complaints.splice(0)).toEqual([]);
});

export interface Mounted {
  readonly container: HTMLElement;
  readonly root: Root;
  /** What can be read on the page. */
  readonly text: string;
  press(name: string): Promise<void>;
  render(node: ReactNode): Promise<void>;
  unmount(): Promise<void>;
}

/** Renders in StrictMode, as applications are while they are developed. */
export async function mount(node: ReactNode): Promise<Mounted> {
  const container = document.body.appendChild(document.createElement("div"));
  const root = createRoot(container);
  let there = true;
  const mounted: Mounted = {
    container,
    root,
    get text() {
      return container.textContent ?? "";
    },
    async press(name) {
      const button = [...container.querySelectorAll("button")].find((it) => it.textContent === name);
      if (!button) throw new Error(`There is no button "${name}" in "${mounted.text}".`);
      await act(async () => button.click());
    },
    render: (next) => act(async () => root.render(<StrictMode>{next}</StrictMode>)),
    async unmount() {
      if (there) await act(async () => root.unmount());
      there = false;
      container.remove();
    },
  };
  onTestFinished(mounted.unmount);
  await mounted.render(node);
  return mounted;
}
