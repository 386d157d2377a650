import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { ServerConvention } from "../server/convention.js";
import { CannotExamine } from "./errors.js";

/** A value, or where it comes from: secrets are in the environment or on standard input, never in a file or an argument. */
export type Value = string | { readonly env: string } | { readonly stdin: true };

/** How to sign in by one request. Either `json` or `form`. */
export interface SignInConfig {
  readonly url: string;
  /** @default "POST" */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, Value>>;
  readonly json?: Readonly<Record<string, Value>>;
  readonly form?: Readonly<Record<string, Value>>;
}

/** `sojourn-doctor.json`, or what a `.mjs` module exports as its default. */
export interface DoctorConfig {
  /** A name of `sojourn/presets`. @default "bff" */
  readonly preset?: string;
  /** What the preset is called with. @default `{ url: URL }`, and `baseUrl` where the URL has a path */
  readonly options?: Readonly<Record<string, unknown>>;
  /** In a module: your own four verbs, instead of a preset. */
  readonly server?: ServerConvention;
  /** The origin that users see. @default that of the URL */
  readonly origin?: string;
  /** In a module it may be a function, which is given a `fetch` that keeps cookies, and may return tokens. */
  readonly signIn?: SignInConfig | ((fetch: typeof globalThis.fetch) => Promise<unknown>);
  readonly protected?: string;
  readonly idle?: string;
  readonly absolute?: string;
  readonly wait?: string;
  readonly attempts?: number;
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
}

const KNOWN = [
  ...["preset", "options", "server", "origin", "signIn", "protected", "idle", "absolute", "wait", "attempts"],
  ...["only", "skip"],
];
const KNOWN_SIGN_IN = ["url", "method", "headers", "json", "form"];
/** Looked for in the current folder when none is named. */
const USUAL = ["sojourn-doctor.json", "sojourn-doctor.mjs"];

export async function readConfig(named: string | undefined): Promise<DoctorConfig> {
  const file = named ?? USUAL.find((name) => existsSync(name));
  if (file === undefined) return {};
  let config: unknown;
  try {
    config = /\.[cm]?js$/.test(file)
      ? (await import(pathToFileURL(resolve(file)).href)).default
      : JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    // A parser's message quotes the file, which may have a secret in it all the same.
    const why = error instanceof SyntaxError ? "it is not valid" : (error as Error).message;
    throw new CannotExamine(`${file} cannot be read: ${why}`);
  }
  refuseUnknown(config, KNOWN, file);
  const { signIn } = config as DoctorConfig;
  if (signIn !== undefined && typeof signIn !== "function") {
    refuseUnknown(signIn, KNOWN_SIGN_IN, `${file}: signIn`);
    if (typeof signIn.url !== "string") throw new CannotExamine(`${file}: signIn.url must be an address.`);
  }
  return config as DoctorConfig;
}

function refuseUnknown(value: unknown, known: readonly string[], where: string): void {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new CannotExamine(`${where} must be an object.`);
  const unknown = Object.keys(value).filter((key) => !known.includes(key));
  if (unknown.length > 0)
    throw new CannotExamine(
      `${where}: no such setting: ${unknown.join(", ")}. There are: ${known.join(", ")}.`,
    );
}
