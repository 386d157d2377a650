/** A session as a store keeps it. */
export interface Kept {
  readonly user?: { readonly id: string };
  readonly epoch?: number;
  readonly cookie: { readonly expires?: Date | string | null | undefined };
}

/** What every store of `express-session` and `@fastify/session` has. */
export interface Store {
  get(id: string, done: (error: unknown, session?: Kept | null) => void): void;
}

export const find = (store: Store, id: string): Promise<Kept | undefined> =>
  new Promise((done) => store.get(id, (_, session) => done(session ?? undefined)));

/**
 * What a `bff` server answers. Asked of the store and not of the session that the middleware makes for each request: that
 * one extends what it reads.
 */
export async function look(store: Store, id = ""): Promise<object | undefined> {
  const kept = await find(store, id);
  if (!kept?.user || !kept.cookie.expires) return undefined;
  const left = (new Date(kept.cookie.expires).getTime() - Date.now()) / 1000;
  return left > 0 ? { user: kept.user, epoch: kept.epoch, idleExpiresIn: left } : undefined;
}
