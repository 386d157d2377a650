import { messages as en } from "./messages/en.js";
import type { Messages, Units } from "./messages/messages.js";

/** Messages, and the language that they are in. */
export interface Speech {
  /** A BCP 47 tag that `Intl` takes. */
  readonly lang: string;
  readonly messages: Messages;
  readonly units?: Units | undefined;
}

/** English is always there. Every other language is a file of its own, loaded where it is spoken. */
const files: Readonly<Partial<Record<string, () => Promise<Pick<Speech, "messages" | "units">>>>> = {
  ar: () => import("./messages/ar.js"),
  cy: () => import("./messages/cy.js"),
  de: () => import("./messages/de.js"),
  es: () => import("./messages/es.js"),
  fr: () => import("./messages/fr.js"),
  hi: () => import("./messages/hi.js"),
  ja: () => import("./messages/ja.js"),
  pt: () => import("./messages/pt.js"),
  zh: () => import("./messages/zh.js"),
};

/**
 * How to speak where `tag` is spoken, with the application's own words. Where there are no messages for it, or they
 * cannot be loaded, all is English, times and numbers too, so that no sentence is half of each; unless the application
 * brings words, and so needs the language.
 */
export async function load(tag: string, own: Partial<Messages>): Promise<Speech> {
  let lang = "en";
  let found: Pick<Speech, "messages" | "units"> = { messages: en };
  try {
    const locale = new Intl.Locale(tag);
    const file = files[locale.language];
    if (file) found = await file();
    if (file || locale.language === lang || Object.keys(own).length) lang = `${locale}`;
  } catch {}
  return { lang, units: found.units, messages: { ...found.messages, ...own } };
}

/** Which way a language is written. */
export const direction = (lang: string): "rtl" | "ltr" =>
  /^(ar|ckb|dv|fa|he|ps|sd|ug|ur|yi)\b/.test(lang) ? "rtl" : "ltr";

/** The page's language may change, and the words that the application brings. */
export interface SpeechHost extends HTMLElement {
  readonly messages: Partial<Messages>;
}

/**
 * Returns how to speak now. Where another language has to be loaded first, `heard` is called when it is there; `again`
 * tries once more what may have failed.
 */
export function createSpeech(host: SpeechHost, heard: () => void): (again: boolean) => Speech {
  let speech: Speech = { lang: "en", messages: { ...en, ...host.messages } };
  let tag: string | undefined;
  let own: Partial<Messages>;
  return (again) => {
    const { lang } = host.closest<HTMLElement>("[lang]") ?? document.documentElement;
    const wanted = lang || navigator.language;
    if (again || wanted !== tag || own !== host.messages) {
      tag = wanted;
      own = host.messages;
      void load(tag, own).then((loaded) => {
        if (wanted !== tag) return;
        speech = loaded;
        heard();
      });
    }
    return speech;
  };
}
