import type { Session } from "sojourn";

/** One way to keep a session, driven as its own documentation says. */
export interface Subject {
  /** Signs in, in one tab. */
  signIn(): Promise<unknown>;
  /** What an application does when it has loaded. */
  start(): Promise<unknown>;
  /** When it is known whether somebody is signed in. @default when it has started */
  known?(): Promise<unknown>;
  /** A request to the API, and what is to be done after a 401. */
  call(): Promise<Response>;
  /** A new access token, whatever there is. */
  refresh?(): Promise<unknown>;
  /** The access token as the application asks for it, or whether there is a session. */
  token?(): unknown;
  signOut?(): Promise<unknown>;
  /** Calls `then` when this tab has heard of the end. */
  onEnd?(then: () => void): void;
}

/** Of this tab alone: equal requests of several tabs would wait for one another in the browser's cache. */
export const api = `/api?tab=${Math.random()}`;

export const withToken = (token: string | undefined): Promise<Response> =>
  fetch(api, { headers: token ? { Authorization: `Bearer ${token}` } : {}, cache: "no-store" });

/** The first tokens of a session. */
export async function firstTokens(): Promise<TokenReply> {
  const body = new URLSearchParams({ grant_type: "password", client_id: "bench" });
  return (await fetch("/token", { method: "POST", body })).json();
}

export interface TokenReply {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly expires_in: number;
  readonly expires_at: number;
}

/** Text of the page's address: what the runner wants to be different. */
export const asked = new URLSearchParams(location.search);

/** When a session of Sojourn shows whether somebody is signed in. */
export const knownOf = (session: Session): Promise<void> =>
  new Promise((resolve) => {
    session.subscribe(({ status }) => status !== "unknown" && resolve());
  });
