import type { Grant } from "../server/convention.js";

/** The tokens of a session. */
export interface Credential {
  readonly accessToken: string | undefined;
  readonly refreshToken: string | undefined;
}

/** Where tokens live. */
export interface Vault {
  /** Tokens come to this page at all. */
  readonly holds: boolean;
  /** There is what a request needs: a token, or nothing but cookies. */
  usable(): boolean;
  read(): Credential;
  /** Takes the tokens of a grant; a refresh token that is not renewed is kept. */
  keep(grant: Grant): void;
  /** Gives the tokens away for the last time: they are forgotten here. */
  take(): Credential;
}

const NOTHING: Credential = { accessToken: undefined, refreshToken: undefined };

/** In a closure of this page, and nowhere else: a reload forgets them. */
export function memoryVault(holds: boolean): Vault {
  let credential = NOTHING;
  return {
    holds,
    usable: () => !holds || !!(credential.accessToken ?? credential.refreshToken),
    read: () => credential,
    keep({ accessToken, refreshToken }) {
      if (holds) credential = { accessToken, refreshToken: refreshToken ?? credential.refreshToken };
    },
    take() {
      const spent = credential;
      credential = NOTHING;
      return spent;
    },
  };
}
