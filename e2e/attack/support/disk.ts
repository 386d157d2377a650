import type { Page } from "@playwright/test";

/** What lies in the database of a session. */
export const readStored = (page: Page, name: string, key: string): Promise<unknown> =>
  page.evaluate(
    ([name, key]) =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open(`sojourn.${name}`);
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const reading = opening.result.transaction("session").objectStore("session").get(key);
          reading.onsuccess = () => {
            opening.result.close();
            resolve(reading.result);
          };
        };
      }),
    [name, key] as const,
  );

/** Puts there what a script likes, past the session. */
export const writeStored = (page: Page, name: string, entries: Record<string, unknown>): Promise<void> =>
  page.evaluate(
    ([name, entries]) =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open(`sojourn.${name}`);
        opening.onupgradeneeded = () => opening.result.createObjectStore("session");
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const writing = opening.result.transaction("session", "readwrite");
          for (const [key, value] of Object.entries(entries)) writing.objectStore("session").put(value, key);
          writing.oncomplete = () => {
            opening.result.close();
            resolve();
          };
        };
      }),
    [`${name}`, entries] as const,
  );
