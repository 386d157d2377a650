import type { CipherPort, Platform } from "../../src/platform/platform.js";
import type { Grant } from "../../src/server/convention.js";
import { oauth2 } from "../../src/server/presets/index.js";
import type { Chance } from "../../src/testing/chance.js";
import type { PostedMessage } from "../../src/testing/channel.js";
import type { Machine } from "../../src/testing/machine.js";
import type { FakeUser } from "../../src/testing/server.js";
import type { TabOptions } from "../../src/testing/tab.js";
import { keepIn } from "../../src/worker/keep.js";
import type { WorkerPlatform } from "../../src/worker/platform.js";
import type { Oracle } from "./oracle/oracle.js";
import { last } from "./oracle/wire.js";
import { ELSEWHERE, inWorker, type Setting } from "./schedule.js";
import { recordOf, type Seat } from "./seat.js";

/** The tokens of a schedule: where the tabs keep them, how they come in, and what a stranger does with what it hears. */
export interface Custody {
  options(seat: () => Seat): Pick<TabOptions<FakeUser>, "server" | "tokens" | "fetch">;
  /** The tab's browser, looked at from outside. */
  browser(seat: () => Seat, usual: Platform): Partial<Platform>;
  signIn(username: string): Grant<FakeUser>;
  /** A stranger posts, or writes, what it has heard or read before: as it was, or under another number. */
  replay(kind: string): void;
  /** Looks at what was posted: a stranger who lurks answers it. */
  look(): void;
}

type Sealed = {
  readonly type?: unknown;
  readonly sender?: string;
  readonly to?: string;
  readonly epoch: number;
  readonly sequence: number;
};

const NAME = "sojourn.default";
const REDIRECT = "https://app.test/signed-in";

export function createCustody(
  machine: Machine,
  setting: Setting,
  seats: readonly Seat[],
  oracle: Oracle,
  chance: Chance,
): Custody {
  const { server, hub, disk, workers } = machine;
  const convention = () =>
    oauth2<FakeUser>({ tokenUrl: "/token", clientId: "app", revocationUrl: "/revoke", idempotency: true });
  const insecure = setting.crypto === "missing";
  const codes = new Map<string, string>();
  /** Tokens that have ever lain on the disk. */
  const stored: Sealed[] = [];
  /** What tabs have handed over; how much of what was posted has been looked at. */
  const letters: { channel: string; data: Sealed }[] = [];
  let heard = 0;
  let lurks = false;

  // The end of a code flow: a code is good for one exchange.
  server.route("/token", ({ body }) => {
    const form = new URLSearchParams(body);
    if (form.get("grant_type") !== "authorization_code") return undefined;
    const code = form.get("code") ?? "";
    const username = codes.get(code);
    codes.delete(code);
    if (username === undefined) return { status: 400, body: { error: "invalid_grant" } };
    const { user, accessToken, refreshToken, accessExpiresIn } = server.issueTokens(username);
    return {
      body: {
        ...{ user, access_token: accessToken, refresh_token: refreshToken, token_type: "Bearer" },
        expires_in: Number(accessExpiresIn) / 1000,
      },
    };
  });

  /** Tells the oracle what a secret is that seals. */
  const watched = (cipher: CipherPort): CipherPort => ({
    ...cipher,
    key(secret) {
      if (secret !== undefined) oracle.sealsWith(secret);
      return cipher.key(secret);
    },
  });

  function script(scope: Parameters<typeof keepIn>[0], platform: WorkerPlatform) {
    const { requestTimeout } = setting;
    const usual = { ...platform, cipher: platform.cipher && watched(platform.cipher) };
    const found = insecure ? { ...usual, cipher: undefined, hash: async () => undefined } : usual;
    keepIn(scope, found, { server: convention(), requestTimeout });
  }

  return {
    options(seat) {
      const { tokens } = setting;
      if (tokens === "none") return {};
      const start = {
        "shared-worker": () => workers.shared(seat().name, script),
        "dedicated-worker": () => workers.dedicated(seat().name, script),
      };
      return {
        server: convention() as never,
        tokens: tokens === "memory" || tokens === "sealed" ? tokens : start[tokens],
        // A page that allows more than its worker does.
        ...(inWorker(setting) && { fetch: { origins: ["https://app.test", ELSEWHERE] } }),
      };
    },
    browser(seat, usual) {
      if (setting.tokens === "none") return {};
      return {
        ...(insecure
          ? { cipher: async () => undefined, hash: async () => undefined }
          : { cipher: async () => watched((await usual.cipher()) as CipherPort) }),
        fetch(request) {
          oracle.pageSent(seat(), request);
          return usual.fetch(request);
        },
        record(name) {
          const port = usual.record(name);
          return {
            ...port,
            update: (change, beside) =>
              port.update(
                change,
                beside &&
                  ((put) =>
                    beside((name, value) => {
                      oracle.keptBeside(seat(), name, value);
                      if (name === "tokens" && value) stored.push(value as Sealed);
                      put(name, value);
                    })),
              ),
          };
        },
      };
    },
    signIn(username) {
      if (!inWorker(setting)) return server.issueTokens(username);
      const code = chance.id();
      codes.set(code, username);
      return { exchange: { code, codeVerifier: chance.id(), redirectUri: REDIRECT } };
    },
    replay(kind) {
      lurks ||= kind === "lurk";
      const now = seats
        .map(recordOf)
        .reduce((newest, it) => (it && it.epoch > (newest?.epoch ?? 0) ? it : newest), undefined);
      if (!now) return;
      const { epoch, sequence } = now;
      const renumbered = (it: Sealed) => {
        if (kind === "next") return { ...it, sequence: it.sequence + 1 };
        if (kind === "now") return { ...it, epoch, prefix: undefined };
        return kind === "soon" ? { ...it, epoch, sequence: sequence + 1, prefix: undefined } : it;
      };
      const message = letters[Math.floor(chance.number() * letters.length)];
      if (message) hub.post(message.channel, renumbered(message.data));
      const old = stored[Math.floor(chance.number() * stored.length)];
      // Only where there are some: after the end there is nothing that a key fits.
      if (old && disk.read(NAME, "tokens")) disk.write(`${NAME} tokens`, renumbered(old));
    },
    look() {
      for (; heard < hub.log.length; heard++) {
        const { channel, from, data } = hub.log[heard] as PostedMessage;
        const it = data as Sealed | null;
        if (from === undefined || !it) continue;
        if (it.type === "handed") letters.push({ channel, data: it });
        if (!lurks || (it.type !== "wanted" && it.type !== "changed")) continue;
        // To who asks: what was once answered. To all who hear of a sign-in: what was said in the session before.
        const old = last(letters, ({ data }) =>
          it.type === "wanted" ? data.to === it.sender : data.to === "" && data.epoch !== it.epoch,
        );
        if (old)
          hub.post(old.channel, { ...old.data, epoch: it.epoch, sequence: it.sequence, prefix: undefined });
      }
    },
  };
}
