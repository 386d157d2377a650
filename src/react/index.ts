import {
  createContext,
  createElement,
  Fragment,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from "react";
import type { Session, SessionState, StepUp } from "../index.js";
import { createWarning, type SessionWarning, type WarningState } from "../warning.js";

/**
 * Tells the hooks the type of your session, once for the whole application. The user's type then comes from the preset
 * and reaches every component: there is no type argument to repeat, none that could be wrong, and no code for it.
 * @example
 * ```ts
 * import { createSession } from "sojourn";
 * import { bff } from "sojourn/presets";
 *
 * export const session = createSession({ server: bff<Member>() });
 *
 * declare module "sojourn/react" {
 *   interface Register {
 *     session: typeof session;
 *   }
 * }
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: applications fill it in
export interface Register {}

/** The user's type of the session in {@link Register}, `unknown` where there is none. */
export type RegisteredUser = Register extends { session: Session<infer User> } ? User : unknown;

/** The state of a live session, as {@link SessionGate} gives it to its children. */
export type LiveState = Extract<SessionState<RegisteredUser>, { status: "active" | "warning" }>;

/** The state of a session that is over. */
export type EndedState = Extract<SessionState, { status: "ended" }>;

const Context = createContext<Session<RegisteredUser> | undefined>(undefined);

/** The props of {@link SessionProvider}. */
export interface SessionProviderProps {
  /** Made once, outside of any component: it is shared, and outlives the tree. */
  session: Session<RegisteredUser>;
  /**
   * Calls `session.start()` when the tree is mounted in a browser. `false`: you call it, say because the server has told
   * you who is signed in.
   * @default true
   */
  autoStart?: boolean;
  children?: ReactNode;
}

/**
 * Gives the session to the tree below and starts it. It does not own it: an unmounted tree ends nothing, neither the
 * session nor its listeners. That is `session.destroy()`, which hardly any application needs.
 */
export function SessionProvider({ session, autoStart = true, children }: SessionProviderProps): ReactNode {
  useEffect(() => {
    // Safe to repeat, as StrictMode does; once it is known who is signed in, the server is not asked again. It rejects
    // only where a part of Sojourn could not be loaded: that is left to be reported, and the session tries again.
    if (autoStart && session.getState().status === "unknown") void session.start();
  }, [session, autoStart]);
  return createElement(Context.Provider, { value: session }, children);
}

/** The session of the nearest {@link SessionProvider}, for what is not a state: `logout()`, `fetch()`, `requireFresh()`. */
export function useSessionObject(): Session<RegisteredUser> {
  const session = useContext(Context);
  if (!session) throw new Error("sojourn/react: no <SessionProvider>.");
  return session;
}

const unknown: Extract<SessionState<never>, { status: "unknown" | "signed-out" }> = {
  status: "unknown",
  connection: "ok",
};

/**
 * The state of the session, or what `selector` takes from it; the component renders again when that has changed.
 * On a server, and while hydrating, the state is `unknown`.
 * @example
 * ```tsx
 * import { useSession } from "sojourn/react";
 *
 * function Greeting() {
 *   const name = useSession((state) => ("user" in state ? state.user?.name : undefined));
 *   return <p>Hello {name}</p>;
 * }
 * ```
 */
export function useSession<T = SessionState<RegisteredUser>>(
  selector?: (state: SessionState<RegisteredUser>) => T,
): T {
  const session = useSessionObject();
  // An inline selector may return a new object every time: each state is read once.
  const select = useMemo(() => {
    let last: SessionState<RegisteredUser>;
    let value: T;
    return (state: SessionState<RegisteredUser>) => {
      if (state !== last) {
        last = state;
        value = selector ? selector(state) : (state as T);
      }
      return value;
    };
  }, [selector]);
  return useSyncExternalStore(
    session.subscribe,
    () => select(session.getState()),
    () => select(unknown),
  );
}

/** What a warning shows before anything is known. */
const closed = /* @__PURE__ */ createWarning({ getState: () => unknown } as Session);
// A dismissal, an answer under way and its failure are the same in every component.
const warnings = new WeakMap<Session<RegisteredUser>, SessionWarning>();

/**
 * The warning before a limit: what to show, and the user's answers. The component renders once a second while it is
 * open and the page visible, so call it in the component that shows the countdown.
 */
export function useSessionWarning(): WarningState & SessionWarning {
  const session = useSessionObject();
  const warning = warnings.get(session) ?? createWarning(session);
  warnings.set(session, warning);
  const { subscribe, getState } = warning;
  return { ...warning, ...useSyncExternalStore(subscribe, getState, closed.getState) };
}

/**
 * What the user is to authenticate again for (the `stepUp` event): the oldest that is not done, `undefined` where there is
 * none. Call it in a component that is always there: it hears of what is asked from then on.
 * @example
 * ```tsx
 * import { useStepUp } from "sojourn/react";
 *
 * function StepUp() {
 *   const asked = useStepUp();
 *   return asked && <button onClick={asked.cancel}>Not now</button>;
 * }
 * ```
 */
export function useStepUp(): StepUp | undefined {
  const session = useSessionObject();
  const [asked, setAsked] = useState<readonly StepUp[]>([]);
  useEffect(
    () =>
      session.on("stepUp", (it) => {
        setAsked((before) => [...before, it]);
        void it.done.then(() => setAsked((before) => before.filter((other) => other !== it)));
      }),
    [session],
  );
  return asked[0];
}

/** The props of {@link SessionGate}. */
export interface SessionGateProps {
  /** What only a signed-in user may see; a function is given the state, with the user. */
  children?: ReactNode | ((state: LiveState) => ReactNode);
  /** While it is not known whether anybody is signed in, and on a server. @default nothing */
  fallback?: ReactNode;
  /** While nobody is signed in. @default nothing */
  signedOut?: ReactNode;
  /** After the end of a session; a function is given the state, with the reason. @default `signedOut` */
  ended?: ReactNode | ((state: EndedState) => ReactNode);
}

/**
 * Renders its children in a live session only. The session's end takes them away before the next frame, also where it
 * came while the page was in the back/forward cache, and another user gets children of their own.
 */
export function SessionGate({
  children,
  fallback,
  signedOut,
  ended = signedOut,
}: SessionGateProps): ReactNode {
  const session = useSessionObject();
  const state = useSession();
  const show = <State>(view: ReactNode | ((state: State) => ReactNode)) =>
    typeof view === "function" ? view(state as State) : view;
  if ("user" in state)
    // Another user's children are others.
    return createElement(Fragment, { key: session.inspect().record?.subject }, show(children));
  const { status } = state;
  return status === "unknown" ? fallback : status === "signed-out" ? signedOut : show(ended);
}
