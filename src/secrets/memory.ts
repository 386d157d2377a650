import type { Grant } from "../server/convention.js";

/** The tokens of a session. */
export interface Credential {
  readonly accessToken: string | undefined;
  readonly refreshToken: string | undefined;
}

/** Where tokens live. Each belongs to one epoch: those of an ended session are never given out for the next. */
export interface Vault {
  /** Tokens come to this page at all. */
  readonly holds: boolean;
  /** There is what a request of that epoch needs: a token, or nothing but cookies. */
  usable(epoch: number): boolean;
  read(): Credential;
  /** Takes the tokens of a grant; a refresh token that is not renewed is kept. */
  keep(grant: Grant, epoch: number): void;
  /** Gives the tokens of an epoch away for the last time: they are forgotten here. */
  take(epoch: number): Credential;
}

const NOTHING: Credential = { accessToken: undefined, refreshToken: undefined };

/** In a closure of this page, and nowhere else: a reload forgets them. */
export function memoryVault(holds: boolean): Vault {
  let credential = NOTHING;
  let held = 0;
  return {
    holds,
    usable: (epoch) => !holds || (held === epoch && credential !== NOTHING),
    read: () => credential,
    keep({ accessToken, refreshToken }, epoch) {
      if (!holds) return;
      const kept = held === epoch ? credential.refreshToken : undefined;
      credential = { accessToken, refreshToken: refreshToken ?? kept };
      held = epoch;
    },
    take(epoch) {
      if (held !== epoch) return NOTHING;
      const spent = credential;
      credential = NOTHING;
      return spent;
    },
  };
}
