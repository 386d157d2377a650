import rateLimit, { type FastifyRateLimitStore, type FastifyRateLimitStoreCtor } from "@fastify/rate-limit";
import type { FastifyInstance } from "fastify";
import type { Clock } from "../../../src/backend/clock.js";
import type { Store } from "../../../src/backend/store/store.js";

interface Count {
  readonly current: number;
  readonly until: number;
}

/** Lets routes limit how often they are asked; with `shared`, by all processes together. */
export async function limitRates(
  app: FastifyInstance,
  shared: { readonly store: Store; readonly clock: Clock } | undefined,
): Promise<void> {
  await app.register(rateLimit, {
    global: false,
    ...(shared && { store: countsIn(shared.store, shared.clock) }),
  });
}

function countsIn(store: Store, clock: Clock): FastifyRateLimitStoreCtor {
  return class Counts implements FastifyRateLimitStore {
    readonly #of: string;

    constructor(_options: unknown, of = "") {
      this.#of = of;
    }

    incr(who: string, done: Parameters<FastifyRateLimitStore["incr"]>[1], timeWindow = 0): void {
      const now = clock.now();
      store
        .update<Count, Count>(`rate/${this.#of}${who}`, (count) => {
          const put = { current: (count?.current ?? 0) + 1, until: count?.until ?? now + timeWindow };
          return { put, until: put.until, result: put };
        })
        .then(({ current, until }) => done(null, { current, ttl: until - now }), done);
    }

    child(limits: object): Counts {
      // The types do not tell of it.
      const { routeInfo } = limits as { routeInfo: { method: string; url: string } };
      return new Counts(undefined, `${routeInfo.method}${routeInfo.url} `);
    }
  };
}
