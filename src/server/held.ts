import { SessionError } from "../errors.js";
import type { VerbContext } from "./convention.js";

/** The refresh token of this tab. @throws SessionError `ERR_NO_CREDENTIAL` */
export function held({ refreshToken }: Pick<VerbContext, "refreshToken">): string {
  if (refreshToken) return refreshToken;
  throw new SessionError("ERR_NO_CREDENTIAL", "This tab holds no refresh token.");
}
