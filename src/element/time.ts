import type { Messages } from "./messages/messages.js";
import type { Speech } from "./speech.js";

// Newer than the types of ES2022: https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/Intl/DurationFormat
type Durations = new (
  lang: string,
  options: { style: "long" },
) => { format(duration: Readonly<Record<string, number>>): string };

/** For eyes: `1:05`. */
export function asClock(seconds: number, lang: string): string {
  const digits = (value: number, least: number) =>
    new Intl.NumberFormat(lang, { minimumIntegerDigits: least, useGrouping: false }).format(value);
  return `${digits(Math.floor(seconds / 60), 1)}:${digits(seconds % 60, 2)}`;
}

/** For ears: `1 minute, 5 seconds`. Above a minute nobody needs to know each second. */
export function inWords(seconds: number, { lang, units }: Pick<Speech, "lang" | "units">): string {
  const whole = seconds > 60 ? Math.round(seconds / 5) * 5 : seconds;
  const all = [
    ["minute", Math.floor(whole / 60)],
    ["second", whole % 60],
  ] as const;
  const said = all.filter(([, value]) => value);
  const { DurationFormat } = Intl as { DurationFormat?: Durations };
  if (DurationFormat && !units && whole)
    return new DurationFormat(lang, { style: "long" }).format(
      Object.fromEntries(said.map(([unit, value]) => [`${unit}s`, value])),
    );
  const words = (whole ? said : all.slice(1)).map(
    ([unit, value]) =>
      units?.[unit](value) ??
      new Intl.NumberFormat(lang, { style: "unit", unit, unitDisplay: "long" }).format(value),
  );
  return new Intl.ListFormat(lang, { style: "long", type: "unit" }).format(words);
}

/** The text of a message, with the time filled in. */
export function tell(speech: Speech, key: keyof Messages, seconds = 0): string {
  let text = speech.messages[key];
  if (typeof text === "object") {
    // "1 minute" is one, "1 minute, 30 seconds" are many.
    const count = seconds % 60 ? seconds : seconds / 60;
    text = text[new Intl.PluralRules(speech.lang).select(count)] ?? text.other;
  }
  return text.replace("{time}", () => inWords(seconds, speech));
}
