import {
  type AllowedComponentProps,
  type App,
  type ComponentCustomProps,
  Fragment,
  getCurrentInstance,
  h,
  type InjectionKey,
  inject,
  onMounted,
  onScopeDispose,
  type SetupContext,
  type ShallowRef,
  shallowRef,
  type VNode,
  type VNodeProps,
} from "vue";
import type { Session, SessionState, StepUp } from "../index.js";
import { createWarning, type SessionWarning, type WarningState } from "../warning.js";

/**
 * Tells the composables the type of your session, once for the whole application. The user's type then comes from the
 * preset and reaches every component: there is no type argument to repeat, none that could be wrong, and no code for it.
 * @example
 * ```ts
 * import { createSession } from "sojourn";
 * import { bff } from "sojourn/presets";
 *
 * export const session = createSession({ server: bff<Member>() });
 *
 * declare module "sojourn/vue" {
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

/** The state of a live session, as {@link SessionGate} gives it to its default slot. */
export type LiveState = Extract<SessionState<RegisteredUser>, { status: "active" | "warning" }>;

/** The state of a session that is over. */
export type EndedState = Extract<SessionState, { status: "ended" }>;

/** One warning for all components: a dismissal, an answer under way and its failure are the same everywhere. */
interface Provided {
  readonly session: Session<RegisteredUser>;
  readonly warning: SessionWarning;
}
const key: InjectionKey<Provided> = Symbol();

function provided(): Provided {
  const given = inject(key);
  if (!given) throw new Error("sojourn/vue: no app.use(sessionPlugin).");
  return given;
}

/** The options of {@link sessionPlugin}. */
export interface SessionPluginOptions {
  /** Made once, outside of any component: it is shared, and outlives the application. */
  session: Session<RegisteredUser>;
  /**
   * Calls `session.start()`, which does nothing on a server. `false`: you call it, say because the server has told you
   * who is signed in.
   * @default true
   */
  autoStart?: boolean;
}

/**
 * Gives the session to the application and starts it. It does not own it: an unmounted application ends nothing,
 * neither the session nor its listeners. That is `session.destroy()`, which hardly any application needs.
 * @example
 * ```ts
 * import { sessionPlugin } from "sojourn/vue";
 * import { createApp, h } from "vue";
 *
 * createApp({ render: () => h("main") }).use(sessionPlugin, { session }).mount("#app");
 * ```
 */
export const sessionPlugin = {
  install(app: App, { session, autoStart = true }: SessionPluginOptions): void {
    app.provide(key, { session, warning: createWarning(session) });
    // Once it is known who is signed in, the server is not asked again. It rejects only where a part of Sojourn could
    // not be loaded: that is left to be reported, and the session tries again.
    if (autoStart && session.getState().status === "unknown") void session.start();
  },
};

/** The session of the application, for what is not a state: `logout()`, `fetch()`, `requireFresh()`. */
export function useSessionObject(): Session<RegisteredUser> {
  return provided().session;
}

interface Source<T> {
  getState(): T;
  subscribe(listener: () => void): () => void;
}

/** Follows a source for as long as the scope lives. It begins as what is known of it on a server. */
function follow<T, V>(source: Source<T>, onServer: Pick<Source<T>, "getState">, show: (state: T) => V) {
  const view = shallowRef(show(onServer.getState()));
  const update = () => {
    view.value = show(source.getState());
  };
  let stop: (() => void) | undefined;
  const start = () => {
    update();
    stop = source.subscribe(update);
  };
  onScopeDispose(() => stop?.());
  // What a server has rendered must be found as it is before it changes; and on a server no scope ever ends.
  if (getCurrentInstance()?.vnode.el) onMounted(start);
  else if (typeof document !== "undefined") start();
  return view;
}

/** What is known on a server. */
const nothing = { getState: () => ({ status: "unknown", connection: "ok" }) as SessionState<never> };
const closed = /* @__PURE__ */ createWarning(nothing as Session<never>);

/**
 * The state of the session. On a server, and while hydrating, it is `unknown`.
 * @example
 * ```ts
 * import { useSession } from "sojourn/vue";
 * import { computed } from "vue";
 *
 * const session = useSession();
 * const name = computed(() => ("user" in session.value ? session.value.user?.name : undefined));
 * ```
 */
export function useSession(): Readonly<ShallowRef<SessionState<RegisteredUser>>> {
  return follow<SessionState<RegisteredUser>, SessionState<RegisteredUser>>(
    provided().session,
    nothing,
    (state) => state,
  );
}

/**
 * The warning before a limit: what to show, and the user's answers. It changes once a second while it is open and the
 * page visible, so call it in the component that shows the countdown.
 */
export function useSessionWarning(): Readonly<ShallowRef<WarningState & SessionWarning>> {
  const { warning } = provided();
  return follow(warning, closed, (state) => ({ ...warning, ...state }));
}

/**
 * What the user is to authenticate again for (the `stepUp` event): the oldest that is not done, `undefined` where there is
 * none. Call it in a component that is always there: it hears of what is asked from then on.
 */
export function useStepUp(): Readonly<ShallowRef<StepUp | undefined>> {
  const { session } = provided();
  const asked = new Set<StepUp>();
  const now = shallowRef<StepUp>();
  const show = () => {
    [now.value] = asked;
  };
  const hear = (it: StepUp) => {
    asked.add(it);
    show();
    void it.done.then(() => {
      asked.delete(it);
      show();
    });
  };
  // On a server no scope ever ends.
  if (typeof document !== "undefined") onScopeDispose(session.on("stepUp", hear));
  return now;
}

const gate = {
  setup(_: unknown, { slots }: SetupContext) {
    const session = useSessionObject();
    const state = useSession();
    return () => {
      const now = state.value;
      if ("user" in now)
        // Another user's components are others.
        return h(Fragment, { key: session.inspect().record?.subject as string }, slots.default?.(now));
      const { status } = now;
      if (status === "unknown") return slots.fallback?.();
      return ((status === "ended" && slots.ended) || slots["signed-out"])?.(now);
    };
  },
};

/**
 * Renders its default slot in a live session only. The session's end takes it away before the next frame, also where it
 * came while the page was in the back/forward cache, and another user gets components of their own.
 *
 * Slots: `default` (given the state, with the user), `fallback` (not known yet, and on a server), `signed-out`, `ended`
 * (given the state, with the reason; without it `signed-out` is shown).
 */
export const SessionGate = gate as unknown as new () => {
  $props: AllowedComponentProps & ComponentCustomProps & VNodeProps;
  $slots: {
    default?(state: LiveState): VNode[];
    fallback?(): VNode[];
    "signed-out"?(): VNode[];
    ended?(state: EndedState): VNode[];
  };
};
