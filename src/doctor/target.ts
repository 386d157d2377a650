import type { ServerConvention } from "../server/convention.js";
import type { Exchange } from "./client.js";
import type { Jar } from "./cookies.js";
import type { Secrets } from "./secrets.js";
import type { SignIn } from "./sign-in.js";

/** What the doctor needs of the world. The tests bring a clock of their own. */
export interface Surroundings {
  readonly fetch: typeof fetch;
  /** Elapsed time, ms. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** Tells whoever looks on what is being done. */
  progress(text: string): void;
}

/** What is examined, and how. */
export interface Target {
  /** The address that was given, without a slash at the end. Relative addresses are relative to its origin. */
  readonly url: string;
  /** The origin of the page that users see, which requests say they come from. */
  readonly page: string;
  /** The preset's name, or `custom`. */
  readonly preset: string;
  readonly convention: ServerConvention;
  /** How a fresh session is made. `undefined`: there is only the one of `cookies`. */
  readonly signIn: SignIn | undefined;
  readonly cookies: Jar | undefined;
  /** An address that only the signed-in may read. */
  readonly protected: string | undefined;
  /** The limits as the user knows them, ms: the server's own word wins. */
  readonly idle: number | undefined;
  readonly absolute: number | undefined;
  /** How long to wait for limits, ms. `0`: not at all. */
  readonly wait: number;
  /** How many wrong sign-ins to try. `0`: none. */
  readonly attempts: number;
  readonly secrets: Secrets;
  readonly world: Surroundings;
  /** Origins to which something would have gone, had it been let. */
  readonly strays: Set<string>;
  /** The replies that asked for patience. */
  readonly throttled: Exchange[];
}

/** Cookies carry the session, and not tokens that the page adds. */
export const usesCookies = ({ convention }: Pick<Target, "convention">): boolean =>
  (convention.tokens ?? "none") === "none";
