export type { Intent, SharedRecord } from "./core/record.js";
export type { EndReason, Limit, Origin } from "./core/state.js";
export { isSessionError, SessionError, type SessionErrorCode, type SessionErrorDetails } from "./errors.js";
export type { AbsoluteOptions, Duration, FetchOptions, IdleOptions, SessionOptions } from "./options.js";
export type {
  ActivityPort,
  ActivityWatch,
  Channel,
  CipherPair,
  CipherPort,
  Clock,
  LifecycleEvent,
  LifecyclePort,
  LockOptions,
  LockPort,
  Platform,
  Put,
  RandomPort,
  RecordPort,
} from "./platform/platform.js";
export type {
  Grant,
  ServerConvention,
  ServerReply,
  ServerRequest,
  Verb,
  VerbContext,
  VerbName,
} from "./server/convention.js";
export type { SessionRequestInit } from "./server/fetch.js";
export type { Proof, ProofOptions } from "./server/proof.js";
export type { SchemaResult, StandardSchema } from "./server/schema.js";
export { createSession, type Session, type SessionFacts } from "./session.js";
export type { SessionState } from "./session-state.js";
export type { SessionEvents } from "./shell/events.js";
export type { FreshOptions, StepUp } from "./shell/fresh.js";
export type { EndHook, EndHookInfo } from "./shell/hooks.js";
