/**
 * A text. `{time}` stands for the time left, in words; where its number changes the sentence, one text for each plural
 * category of the language (`Intl.PluralRules`).
 */
export type Message =
  | string
  | ({ readonly other: string } & Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>);

/** Everything that `<session-warning>` says, by key. An empty text is not said. */
export interface Messages {
  "idle.title": Message;
  /** With `{time}`. */
  "idle.text": Message;
  "absolute.title": Message;
  /** With `{time}`. */
  "absolute.text": Message;
  stay: Message;
  "stay.pending": Message;
  ok: Message;
  signOut: Message;
  "signOut.pending": Message;
  /** The answer did not reach the server. */
  failed: Message;
  /** With `{time}`: what is announced while the countdown runs. */
  left: Message;
  extended: Message;
  offline: Message;
  /** In the page's title, after the countdown, and in the notification. */
  soon: Message;
  "ended.title": Message;
  "ended.idle": Message;
  "ended.absolute": Message;
  /** In another tab, or on another device: whoever signs out here is told nothing. */
  "ended.logout": Message;
  "ended.rejected": Message;
  "ended.replaced": Message;
  signIn: Message;
}

/** How a language counts minutes and seconds, where browsers cannot be relied on to know. */
export interface Units {
  readonly minute: (count: number) => string;
  readonly second: (count: number) => string;
}
