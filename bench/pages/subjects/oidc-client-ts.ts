import { User, UserManager, WebStorageStateStore } from "oidc-client-ts";
import { asked, firstTokens, type Subject, withToken } from "../subject.js";

/** As its documentation says for an application with refresh tokens in several tabs: `userStore` in localStorage. */
const { origin } = location;
const manager = new UserManager({
  authority: origin,
  client_id: "bench",
  redirect_uri: `${origin}/`,
  scope: "api",
  metadata: {
    issuer: `${origin}/`,
    authorization_endpoint: `${origin}/authorize`,
    token_endpoint: `${origin}/token`,
  },
  userStore: new WebStorageStateStore({ store: window.localStorage }),
  // A minute, unless tokens live for seconds here.
  accessTokenExpiringNotificationTimeInSeconds: Number(asked.get("margin") ?? 60),
});

export default {
  async signIn() {
    const { access_token, refresh_token, expires_at } = await firstTokens();
    const user = { access_token, refresh_token, expires_at, token_type: "Bearer", scope: "api" };
    const now = Math.floor(Date.now() / 1000);
    const profile = { sub: "ada", iss: `${origin}/`, aud: "bench", exp: now + 3600, iat: now };
    await manager.storeUser(new User({ ...user, profile }));
    await manager.getUser();
  },
  start: () => manager.getUser(),
  async call() {
    let user = await manager.getUser();
    if (user?.expired) user = await manager.signinSilent();
    const response = await withToken(user?.access_token);
    if (response.status !== 401) return response;
    return withToken((await manager.signinSilent())?.access_token);
  },
  refresh: () => manager.signinSilent(),
  token: async () => (await manager.getUser())?.access_token,
} satisfies Subject;
