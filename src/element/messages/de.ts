import type { Messages } from "./messages.js";

export const messages: Messages = {
  "idle.title": "Sie werden gleich abgemeldet",
  "idle.text": "Zu Ihrer Sicherheit melden wir Sie in {time} ab, weil Sie nicht aktiv waren.",
  "absolute.title": "Ihre Sitzung ist fast vorbei",
  "absolute.text":
    "Zu Ihrer Sicherheit ist eine Sitzung zeitlich begrenzt. Diese endet in {time} und lässt sich nicht verlängern: Schließen Sie ab, woran Sie arbeiten, und melden Sie sich dann neu an.",
  stay: "Angemeldet bleiben",
  "stay.pending": "Sie bleiben angemeldet …",
  ok: "OK",
  signOut: "Abmelden",
  "signOut.pending": "Abmeldung läuft …",
  failed: "Das hat nicht geklappt: Der Server ist nicht erreichbar. Bitte versuchen Sie es noch einmal.",
  left: "Noch {time} bis zur Abmeldung.",
  extended: "Sie sind weiterhin angemeldet.",
  offline: "Der Server ist nicht erreichbar. Sie bleiben angemeldet, wir versuchen es weiter.",
  soon: "Abmeldung steht bevor",
  "ended.title": "Sie wurden abgemeldet",
  "ended.idle": "Zu Ihrer Sicherheit haben wir Sie abgemeldet, weil Sie nicht aktiv waren.",
  "ended.absolute":
    "Zu Ihrer Sicherheit haben wir Sie abgemeldet, weil Ihre Sitzung die Höchstdauer erreicht hat.",
  "ended.logout": "Sie haben sich in einem anderen Tab oder auf einem anderen Gerät abgemeldet.",
  "ended.rejected": "Der Server hat Ihre Sitzung beendet.",
  "ended.replaced": "In diesem Browser hat sich jemand anderes angemeldet.",
  signIn: "Neu anmelden",
};
