import { backoff } from "../core/attempt.js";
import type { Context } from "./context.js";
import type { Restore } from "./restore.js";

export interface Naming {
  /** Asks who is signed in, unless that was asked already. */
  ask(): void;
  /** The network is back: it may be asked again. */
  retry(): void;
}

/** Another tab signed in: the record has the facts, the server has the user. */
export function createNaming<User>(cx: Context<User>, { know }: Pick<Restore<User>, "know">): Naming {
  const { platform } = cx;
  let asked = false;
  let unanswered = 0;

  function retry() {
    asked = false;
    cx.changed();
  }

  return {
    retry,
    ask() {
      if (asked || !cx.convention.peek) return;
      asked = true;
      void know().then((told) => {
        if (told) unanswered = 0;
        // Where the server names nobody, asking again will not help. Whoever cannot reach it asks again by itself, ever
        // more seldom: the others may be able to, and have no need to ask.
        asked = !told || (cx.live() && cx.user() === undefined);
        cx.setAsking(!told);
        if (!told) platform.clock.timer(backoff(unanswered++, platform.random.number()), retry);
      });
    },
  };
}
