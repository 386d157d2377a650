let open = 0;

/**
 * Runs something with a `document.cookie`: some presets send a cookie's value back, which a page reads from there. What
 * runs at the same time is of one browser.
 */
export async function asPage<Result>(cookie: () => string, run: () => Promise<Result>): Promise<Result> {
  const document = {
    get cookie() {
      return cookie();
    },
  };
  Object.defineProperty(globalThis, "document", { value: document, configurable: true });
  open += 1;
  try {
    return await run();
  } finally {
    open -= 1;
    if (open === 0) Reflect.deleteProperty(globalThis, "document");
  }
}
