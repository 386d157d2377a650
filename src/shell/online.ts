import type { Position, SharedRecord } from "../core/record.js";
import { SessionError } from "../errors.js";
import { createAsk } from "../server/ask.js";
import { conventionOf } from "../server/endpoint.js";
import { createFetch } from "../server/fetch.js";
import type { Context, ShellContext } from "./context.js";
import { createEnding } from "./ending.js";
import { createExclusive } from "./exclusive.js";
import { createKeepAlive } from "./keepalive.js";
import { createRefresher } from "./refresh.js";
import { createRestore } from "./restore.js";
import { verify } from "./verify.js";

export type Online<User> = ReturnType<typeof createOnline<User>>;

/**
 * Everything that talks to the server. It is loaded when a session is started, beside the first look at the record:
 * what a page needs to know whether to show itself does not wait for it, and what must never fail, the end of a
 * session in this browser, does not need it.
 */
export function createOnline<User>(shell: ShellContext<User>) {
  const { platform, settings, vault, kernel, topic } = shell;
  const { policy } = settings;
  const convention = conventionOf(settings);
  const cx: Context<User> = {
    ...shell,
    convention,
    ask: createAsk(convention, platform, vault, settings.requestTimeout, kernel.moment),
    exclusive: createExclusive(platform, topic, () => kernel.moment().now),
  };
  const ending = createEnding(cx);
  const restore = createRestore(cx, ending);
  const keepAlive = createKeepAlive(cx);
  const { refresh } = createRefresher(cx);

  /** Resolves when requests may go out, with the position of the credential that they carry. */
  async function ready(): Promise<Position> {
    await cx.settled();
    if (policy.canRefresh && kernel.moment().now >= kernel.state().accessAt) await refresh();
    return kernel.state().record as SharedRecord;
  }

  return {
    ...ending,
    ...restore,
    write: keepAlive.write,
    refresh: () => refresh(),
    verify: () => verify(cx),

    async extendNow(): Promise<void> {
      await ready();
      await keepAlive.extend();
    },
    async refreshNow(): Promise<void> {
      if (!policy.canRefresh) throw new SessionError("ERR_UNSUPPORTED", "This server has no refresh.");
      await cx.settled();
      await refresh();
    },
    async getAccessToken(): Promise<string> {
      await ready();
      const { accessToken } = vault.read();
      if (accessToken) return accessToken;
      throw new SessionError(
        "ERR_NO_CREDENTIAL",
        "This tab holds no access token; cookie sessions never do.",
      );
    },
    fetch: createFetch(platform, settings, vault, {
      ready,
      signal: cx.life,
      gone: cx.gone,
      async refresh(refused) {
        if (policy.canRefresh) return refresh(refused);
        // Who cannot refresh can ask whether the session is still there.
        if (convention.peek) await restore.know();
        await cx.awake();
      },
      stepUp(challenge) {
        cx.announce("stepUp", challenge);
        cx.deliver();
      },
    }),
  };
}
