import type { Messages } from "./messages.js";

export const messages: Messages = {
  "idle.title": "Sua sessão está prestes a terminar",
  "idle.text": "Para sua segurança, encerraremos sua sessão em {time} por inatividade.",
  "absolute.title": "Sua sessão está quase no fim",
  "absolute.text":
    "Para sua segurança, a duração de uma sessão é limitada. Esta termina em {time} e não pode ser prolongada: conclua o que está fazendo e entre novamente.",
  stay: "Continuar na sessão",
  "stay.pending": "Mantendo a sessão…",
  ok: "OK",
  signOut: "Sair",
  "signOut.pending": "Saindo…",
  failed: "Não foi possível: o servidor não responde. Tente novamente.",
  left: {
    one: "Falta {time} para a sessão terminar.",
    other: "Faltam {time} para a sessão terminar.",
  },
  extended: "Sua sessão continua aberta.",
  offline: "O servidor não responde. Sua sessão continua aberta, e continuamos tentando.",
  soon: "A sessão termina em breve",
  "ended.title": "Sua sessão terminou",
  "ended.idle": "Para sua segurança, encerramos sua sessão por inatividade.",
  "ended.absolute": "Para sua segurança, encerramos sua sessão porque ela atingiu a duração máxima.",
  "ended.logout": "Você saiu em outra aba ou em outro dispositivo.",
  "ended.rejected": "O servidor encerrou sua sessão.",
  "ended.replaced": "Outra pessoa entrou neste navegador.",
  signIn: "Entrar novamente",
};
