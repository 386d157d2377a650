import type { Messages } from "./messages.js";

export const messages: Messages = {
  "idle.title": "Votre session va bientôt se fermer",
  "idle.text": "Pour votre sécurité, nous fermerons votre session dans {time} en raison de votre inactivité.",
  "absolute.title": "Votre session touche à sa fin",
  "absolute.text":
    "Pour votre sécurité, la durée d’une session est limitée. Celle-ci se termine dans {time} et ne peut pas être prolongée : terminez ce que vous faites, puis reconnectez-vous.",
  stay: "Prolonger la session",
  "stay.pending": "Prolongation en cours…",
  ok: "OK",
  signOut: "Se déconnecter",
  "signOut.pending": "Déconnexion en cours…",
  failed: "L’opération a échoué : le serveur est injoignable. Veuillez réessayer.",
  left: "Il reste {time} avant la fermeture de votre session.",
  extended: "Votre session reste ouverte.",
  offline: "Le serveur est injoignable. Votre session reste ouverte, et nous continuons d’essayer.",
  soon: "Déconnexion imminente",
  "ended.title": "Votre session est fermée",
  "ended.idle": "Pour votre sécurité, nous avons fermé votre session en raison de votre inactivité.",
  "ended.absolute":
    "Pour votre sécurité, nous avons fermé votre session, car elle a atteint sa durée maximale.",
  "ended.logout": "Vous avez fermé votre session dans un autre onglet ou sur un autre appareil.",
  "ended.rejected": "Le serveur a mis fin à votre session.",
  "ended.replaced": "Une autre personne s’est connectée avec ce navigateur.",
  signIn: "Se reconnecter",
};
