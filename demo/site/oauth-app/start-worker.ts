import workerUrl from "./session-worker.ts?worker&url";

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string };
}

/** The one file that may become a script of this page (https://www.w3.org/TR/trusted-types/). */
const policy = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy("session-worker", {
  createScriptURL(query) {
    if (!/^\?name=[\w.-]+(&dpop)?$/.test(query)) throw new TypeError("This is not the session's worker.");
    return workerUrl + query;
  },
});

const addressOf = (name: string, bound: boolean) => {
  const query = `?name=${name}${bound ? "&dpop" : ""}`;
  return policy?.createScriptURL(query) ?? workerUrl + query;
};

/** A worker for each tab: where there are no shared ones, and to see how that is. */
export const startDedicated = (name: string, bound: boolean) => (): Worker =>
  new Worker(addressOf(name, bound), { type: "module" });

/** One worker for all tabs, or for each its own where there are no shared ones. */
export const startWorker = (name: string, bound: boolean) => (): SharedWorker | Worker =>
  typeof SharedWorker === "function"
    ? new SharedWorker(addressOf(name, bound), { type: "module" })
    : startDedicated(name, bound)();
