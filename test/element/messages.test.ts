// @vitest-environment node
import { describe, expect, test } from "vitest";
import { messages as en } from "../../src/element/messages/en.js";
import type { Message, Messages } from "../../src/element/messages/messages.js";
import { direction, load } from "../../src/element/speech.js";
import { tell } from "../../src/element/time.js";

const languages = ["en", "cy", "de", "fr", "es", "pt", "ar", "ja", "zh", "hi"];
const keys = Object.keys(en) as (keyof Messages)[];
const forms = (message: Message) => (typeof message === "string" ? [message] : Object.values(message));

describe.each(languages)("%s", (lang) => {
  test("has every message, in its own words", async () => {
    const { messages, ...speech } = await load(lang, {});
    expect(speech.lang).toBe(lang);
    expect(Object.keys(messages).sort()).toEqual([...keys].sort());
    for (const key of keys)
      for (const text of forms(messages[key])) {
        expect(text.trim(), key).toBe(text);
        expect(text, key).not.toBe("");
        if (lang !== "en" && key !== "ok") expect(text, key).not.toBe(en[key]);
      }
  });

  test("names the time where English does, and nowhere else", async () => {
    const { messages } = await load(lang, {});
    for (const key of keys)
      for (const text of forms(messages[key])) {
        const said = text.match(/\{.*?\}/g) ?? [];
        expect(said, key).toEqual(String(en[key]).includes("{time}") ? ["{time}"] : []);
      }
  });

  test("plural forms are those that the language has", async () => {
    const { messages } = await load(lang, {});
    const { pluralCategories } = new Intl.PluralRules(lang).resolvedOptions();
    for (const key of keys) {
      const message = messages[key];
      if (typeof message === "object")
        expect(pluralCategories, key).toEqual(expect.arrayContaining(Object.keys(message)));
    }
  });

  test("a whole sentence for each announcement", async () => {
    const speech = await load(lang, {});
    const sentences = [600, 120, 60, 30, 10, 1].map((seconds) => tell(speech, "left", seconds));
    expect(new Set(sentences).size).toBe(6);
    for (const sentence of sentences) expect(sentence).not.toMatch(/[{}]|undefined/);
  });
});

test("the sentence of the idle warning", async () => {
  expect(tell(await load("en", {}), "idle.text", 120)).toBe(
    "For your security, we'll sign you out in 2 minutes because you've been inactive.",
  );
});

test("A2 the words of the absolute limit are its own", () => {
  expect(en["absolute.title"]).not.toBe(en["idle.title"]);
  expect(en["absolute.text"]).not.toBe(en["idle.text"]);
});

test("a region keeps its numbers and gets the words of its language", async () => {
  const speech = await load("pt-PT", {});
  expect(speech.lang).toBe("pt-PT");
  expect(speech.messages.signIn).toBe("Entrar novamente");
  expect((await load("en-GB", {})).lang).toBe("en-GB");
});

test.each(["nl", "en_US", "", "x", "💥"])("%j is not spoken here: all is English, times too", async (tag) => {
  const { lang, messages } = await load(tag, {});
  expect(lang).toBe("en");
  expect(messages.stay).toBe("Stay signed in");
});

test("words can be replaced one by one", async () => {
  const { messages } = await load("de", { stay: "Ich bin da" });
  expect(messages.stay).toBe("Ich bin da");
  expect(messages.signOut).toBe("Abmelden");
});

test("an application can bring a language of its own", async () => {
  expect(tell(await load("nl", { left: "Nog {time}." }), "left", 120)).toBe("Nog 2 minuten.");
});

test("what is written from the right", () => {
  expect(["ar", "ar-EG", "he", "fa-IR"].map(direction)).toEqual(["rtl", "rtl", "rtl", "rtl"]);
  expect(languages.filter((lang) => direction(lang) === "rtl")).toEqual(["ar"]);
  // Begins like Arabic, is Mapudungun.
  expect(direction("arn")).toBe("ltr");
});
