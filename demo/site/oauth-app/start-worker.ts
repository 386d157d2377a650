import workerUrl from "./session-worker.ts?worker&url";

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string };
}

/** The one string that may become a script of this page (https://www.w3.org/TR/trusted-types/). */
const policy = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy("session-worker", {
  createScriptURL(url) {
    if (url !== workerUrl) throw new TypeError("This is not the session's worker.");
    return url;
  },
});
const url = policy?.createScriptURL(workerUrl) ?? workerUrl;

/** One worker for all tabs, or for each its own where there are no shared ones. */
export function startWorker(): SharedWorker | Worker {
  return typeof SharedWorker === "function" ? new SharedWorker(url, { type: "module" }) : startDedicated();
}

/** A worker for each tab: to see how that is. */
export function startDedicated(): Worker {
  return new Worker(url, { type: "module" });
}
