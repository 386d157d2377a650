/**
 * A refresh token as a client holds it: the id of its grant, which stays, and the token of this generation. In cookies
 * they are two; here there is one place for both.
 */
export function joinRefreshToken(id: string, token: string): string {
  return `${id}.${token}`;
}

export function splitRefreshToken(joined = ""): { id: string | undefined; token: string | undefined } {
  const [id, token, ...more] = joined.split(".");
  return more.length > 0 ? { id: undefined, token: undefined } : { id, token };
}
