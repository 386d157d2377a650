import { createAsk } from "../server/ask.js";
import { createFetch, type FetchSession } from "../server/fetch.js";
import type { Context, ShellContext } from "./context.js";
import { createEnding } from "./ending.js";
import { createExclusive } from "./exclusive.js";
import { createKeepAlive } from "./keepalive.js";
import { createRefresher } from "./refresh.js";
import { createRestore } from "./restore.js";
import { verify } from "./verify.js";

export type Online = ReturnType<typeof createOnline>;

/**
 * Everything that talks to the server. It is loaded when a session is started, beside the first look at the record:
 * what a page needs to know whether to show itself does not wait for it, and what must never fail, the end of a
 * session in this browser, does not need it.
 */
export function createOnline<User>(shell: ShellContext<User>, session: FetchSession) {
  const { platform, settings, vault, kernel, topic } = shell;
  const cx: Context<User> = {
    ...shell,
    ask: createAsk(settings.convention, platform, vault, settings.requestTimeout, kernel.moment),
    exclusive: createExclusive(platform, topic, () => kernel.moment().now),
  };
  const ending = createEnding(cx);
  return {
    ...ending,
    ...createRestore(cx, ending),
    ...createKeepAlive(cx),
    ...createRefresher(cx),
    verify: () => verify(cx),
    fetch: createFetch(platform, settings, vault, session),
  };
}
