import type { Services } from "./services.js";

/** Ends all sessions and grants of a user, and tells how many there were. Undefined: there is no such user. */
export async function endUser(
  { auth, oauth, users }: Services,
  username: string,
): Promise<number | undefined> {
  const user = users.byName(username);
  return user && (await auth.endAllOf(user.id)) + (await oauth.grants.endAllOf(user.id));
}
