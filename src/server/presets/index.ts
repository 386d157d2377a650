export type { SessionReply } from "../reply.js";
export { type BffOptions, type BffSession, type BffUser, bff, readBffSession } from "./bff.js";
export { type CodeExchange, type OAuth2Options, oauth2, readTokenReply, type TokenReply } from "./oauth2.js";
