import { SessionError } from "../errors.js";

/** Throws `ERR_INVALID_OPTION`. */
export const refuse = (option: string, message: string): never => {
  throw new SessionError("ERR_INVALID_OPTION", `${option} ${message}`, { option });
};

const ADDRESS = /^(https?:\/\/[^\s/?#@]+)?(\/(?!\/)[^\s#]*)?$/i;

/**
 * An address of a server: absolute, or a path of the page's own origin.
 * @throws SessionError `ERR_INVALID_OPTION`
 */
export const address = (option: string, given: unknown): string =>
  typeof given === "string" && given && ADDRESS.test(given)
    ? given
    : refuse(option, 'must be like "/auth" or "https://api.example.com/auth".');

/**
 * An address that paths are appended to. `""`: the page's origin.
 * @throws SessionError `ERR_INVALID_OPTION`
 */
export const baseOf = (option: string, given: unknown): string =>
  given === "" ? "" : address(option, String(given).includes("?") ? undefined : given).replace(/\/+$/, "");

/** @throws SessionError `ERR_INVALID_OPTION` where it is no text, or empty */
export const textOf = (option: string, given: unknown): string =>
  typeof given === "string" && given ? given : refuse(option, "must be text, and not empty.");
