import { Auth0Client } from "@auth0/auth0-spa-js";
import { type Subject, withToken } from "../subject.js";

/** As its documentation says for sessions that survive a reload: refresh tokens, and its cache in localStorage. */
const client = new Auth0Client({
  domain: location.origin,
  clientId: "bench",
  useRefreshTokens: true,
  cacheLocation: "localstorage",
  authorizationParams: { redirect_uri: `${location.origin}/` },
});

export default {
  async signIn() {
    let back = "";
    const openUrl = async (url: string) => {
      back = (await fetch(url)).url;
    };
    await client.loginWithRedirect({ openUrl });
    await client.handleRedirectCallback(back);
  },
  start: () => client.checkSession(),
  async call() {
    const response = await withToken(await client.getTokenSilently());
    if (response.status !== 401) return response;
    return withToken(await client.getTokenSilently({ cacheMode: "off" }));
  },
  refresh: () => client.getTokenSilently({ cacheMode: "off" }),
  token: () => client.getTokenSilently(),
} satisfies Subject;
