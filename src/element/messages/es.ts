import type { Messages } from "./messages.js";

export const messages: Messages = {
  "idle.title": "Su sesión está a punto de cerrarse",
  "idle.text": "Por su seguridad, cerraremos su sesión en {time} por inactividad.",
  "absolute.title": "Su sesión está por terminar",
  "absolute.text":
    "Por su seguridad, la duración de una sesión es limitada. Esta termina en {time} y no se puede prolongar: acabe lo que está haciendo y vuelva a iniciar sesión.",
  stay: "Mantener la sesión abierta",
  "stay.pending": "Manteniendo la sesión…",
  ok: "Aceptar",
  signOut: "Cerrar sesión",
  "signOut.pending": "Cerrando la sesión…",
  failed: "No ha funcionado: no se puede contactar con el servidor. Inténtelo de nuevo.",
  left: {
    one: "Queda {time} para el cierre de la sesión.",
    other: "Quedan {time} para el cierre de la sesión.",
  },
  extended: "Su sesión sigue abierta.",
  offline: "No se puede contactar con el servidor. Su sesión sigue abierta y seguimos intentándolo.",
  soon: "Cierre de sesión inminente",
  "ended.title": "Su sesión se ha cerrado",
  "ended.idle": "Por su seguridad, hemos cerrado su sesión por inactividad.",
  "ended.absolute": "Por su seguridad, hemos cerrado su sesión porque alcanzó su duración máxima.",
  "ended.logout": "Ha cerrado la sesión en otra pestaña o en otro dispositivo.",
  "ended.rejected": "El servidor ha cerrado su sesión.",
  "ended.replaced": "Otra persona ha iniciado sesión en este navegador.",
  signIn: "Volver a iniciar sesión",
};
