let part: Promise<typeof import("./engine.js")> | undefined;

/** The part of a session that acts: loaded once for a page, and once more only where that failed. */
export function loadEngine(): Promise<typeof import("./engine.js")> {
  part ??= import("./engine.js").catch((error) => {
    part = undefined;
    throw error;
  });
  return part;
}
