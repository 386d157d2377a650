/** Longer than any word of the vocabulary, shorter than any credential. */
const LONGEST = 24;

/**
 * Whatever is random is shown by its beginning: tabs, prefixes and hashes can be told apart, and nothing that could be
 * a key is ever on the screen. There is none in what the panel is given; this holds also where a server says too much.
 */
export const shorten = (text: string): string => (text.length > 8 ? `${text.slice(0, 6)}…` : text);

/** A text of the vocabulary as it is, anything else shortened. */
export const plain = (text: string): string => (text.length > LONGEST ? shorten(text) : text);

/** What is known of a user, without the user. */
export function userInWords(user: unknown): string {
  if (user === undefined) return "not known";
  if (typeof user !== "object" || !user) return "known, not shown";
  const names = Object.keys(user).map(plain);
  return `known, not shown (${names.slice(0, 6).join(", ")}${names.length > 6 ? ", …" : ""})`;
}
