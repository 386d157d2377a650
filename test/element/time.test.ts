// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { messages } from "../../src/element/messages/en.js";
import type { Message } from "../../src/element/messages/messages.js";
import { load } from "../../src/element/speech.js";
import { asClock, inWords, tell } from "../../src/element/time.js";

test.each([
  [120, "2:00"],
  [65, "1:05"],
  [9, "0:09"],
  [0, "0:00"],
  [6000, "100:00"],
])("%d s are %s on the clock", (seconds, clock) => {
  expect(asClock(seconds, "en")).toBe(clock);
});

test("the clock has the digits of the language", () => {
  expect(asClock(65, "ar-EG")).toBe("١:٠٥");
  expect(asClock(65, "hi")).toBe("1:05");
});

const words: [lang: string, two: string, one: string, thirty: string][] = [
  ["en", "2 minutes", "1 minute", "30 seconds"],
  ["cy", "2 funud", "1 munud", "30 eiliad"],
  ["de", "2 Minuten", "1 Minute", "30 Sekunden"],
  ["fr", "2 minutes", "1 minute", "30\u00a0secondes"],
  ["es", "2 minutos", "1 minuto", "30 segundos"],
  ["pt", "2 minutos", "1 minuto", "30 segundos"],
  ["ar", "دقيقتان", "دقيقة", "30 ثانية"],
  ["ja", "2 分", "1 分", "30 秒"],
  ["zh", "2分钟", "1分钟", "30秒钟"],
  ["hi", "2 मिनट", "1 मिनट", "30 सेकंड"],
];

describe("time in words, without Intl.DurationFormat", () => {
  beforeEach(() => {
    vi.stubGlobal("Intl", { ...intl(), DurationFormat: undefined });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  test.each(words)("%s", (lang, two, one, thirty) => {
    expect([120, 60, 30].map((seconds) => inWords(seconds, { lang }))).toEqual([two, one, thirty]);
  });

  test("of two units", () => {
    expect(inWords(90, { lang: "en" })).toBe("1 minute, 30 seconds");
    expect(inWords(90, { lang: "es" })).toBe("1 minuto y 30 segundos");
  });

  test("nothing left is 0 seconds", () => {
    expect(inWords(0, { lang: "en" })).toBe("0 seconds");
  });
});

test("Intl.DurationFormat has the word where there is one", () => {
  const asked: unknown[] = [];
  class DurationFormat {
    constructor(lang: string, options: object) {
      asked.push(lang, options);
    }
    format(duration: object) {
      return JSON.stringify(duration);
    }
  }
  vi.stubGlobal("Intl", { ...intl(), DurationFormat });
  expect(inWords(90, { lang: "de" })).toBe('{"minutes":1,"seconds":30}');
  expect(inWords(120, { lang: "de" })).toBe('{"minutes":2}');
  expect(asked.slice(0, 2)).toEqual(["de", { style: "long" }]);
  // It would say nothing at all of 0 seconds.
  expect(inWords(0, { lang: "en" })).toBe("0 seconds");
  vi.unstubAllGlobals();
});

test.each([
  [118, "2 minutes"],
  [122, "2 minutes"],
  [117, "1 minute, 55 seconds"],
  [59, "59 seconds"],
  [7, "7 seconds"],
])("%d s are %s: above a minute nobody needs each second", (seconds, text) => {
  expect(inWords(seconds, { lang: "en" })).toBe(text);
});

describe("messages", () => {
  const say = (message: Message, lang: string, seconds: number) =>
    tell({ lang, messages: { ...messages, left: message } }, "left", seconds);

  test("the time is filled in", () => {
    expect(say("In {time}.", "en", 60)).toBe("In 1 minute.");
    expect(say("Now.", "en", 60)).toBe("Now.");
  });

  test("the plural form is that of the number in the sentence", () => {
    const left = { one: "Queda {time}.", other: "Quedan {time}." };
    expect([60, 120, 90, 30, 1].map((seconds) => say(left, "es", seconds))).toEqual([
      "Queda 1 minuto.",
      "Quedan 2 minutos.",
      "Quedan 1 minuto y 30 segundos.",
      "Quedan 30 segundos.",
      "Queda 1 segundo.",
    ]);
  });

  test("a category without a text of its own is other", () => {
    expect(say({ other: "{time}!" }, "ar", 120)).toBe("دقيقتان!");
  });
});

test("a language that browsers cannot count in counts for itself", async () => {
  vi.stubGlobal("Intl", { ...intl(), NumberFormat: undefined });
  const { units } = await load("cy", {});
  expect([60, 120, 180, 30, 90].map((seconds) => inWords(seconds, { lang: "en", units }))).toEqual([
    ...["1 munud", "2 funud", "3 munud", "30 eiliad", "1 munud, 30 eiliad"],
  ]);
  vi.unstubAllGlobals();
});

/** Its members are not enumerable. */
function intl(): typeof Intl {
  const { NumberFormat, PluralRules, ListFormat, Locale, getCanonicalLocales } = Intl;
  return { NumberFormat, PluralRules, ListFormat, Locale, getCanonicalLocales } as typeof Intl;
}
