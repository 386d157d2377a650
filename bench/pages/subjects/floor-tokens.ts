import { get, set } from "idb-keyval";
import { firstTokens, type Subject, type TokenReply, withToken } from "../subject.js";

interface Tokens {
  readonly access: string;
  readonly refresh: string;
  readonly expiresAt: number;
  readonly lifetime: number;
}

/** The floor, by hand: tokens in IndexedDB as they are, a Web Lock around the refresh, and a second look inside it. */
let tokens: Tokens | undefined;
let timer = 0;

function take(found: Tokens | undefined): void {
  tokens = found;
  clearTimeout(timer);
  if (!found) return;
  const at = found.expiresAt - (found.lifetime / 4) * (1 - Math.random() / 2);
  timer = window.setTimeout(() => void renew(found), Math.min(at - Date.now(), 2 ** 31 - 1));
}

const keep = async (said: TokenReply) => {
  const { access_token: access, refresh_token: refresh, expires_in } = said;
  const lifetime = expires_in * 1000;
  take({ access, refresh, lifetime, expiresAt: Date.now() + lifetime });
  await set("tokens", tokens);
};

const renew = (refused: Tokens) =>
  navigator.locks.request("refresh", async () => {
    const found = await get<Tokens>("tokens");
    if (found?.access !== refused.access) return take(found);
    const body = new URLSearchParams({ grant_type: "refresh_token", refresh_token: found.refresh });
    const reply = await fetch("/token", { method: "POST", body });
    if (!reply.ok) throw new Error("signed out");
    await keep(await reply.json());
  });

export default {
  signIn: async () => keep(await firstTokens()),
  start: async () => take(await get<Tokens>("tokens")),
  async call() {
    if (tokens && tokens.expiresAt <= Date.now()) await renew(tokens);
    const response = await withToken(tokens?.access);
    if (response.status !== 401 || !tokens) return response;
    await renew(tokens);
    return withToken(tokens.access);
  },
  refresh: async () => tokens && renew(tokens),
  token: () => tokens?.access,
} satisfies Subject;
