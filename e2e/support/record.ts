/** One event of the session, as a listener heard it. */
export interface RecordedEvent {
  readonly event: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

declare global {
  /** What the session of this page has announced. */
  var recorded: RecordedEvent[];
}

const EVENTS = [
  "started",
  "warning",
  "extended",
  "refreshed",
  "retrying",
  "recovered",
  "ended",
  "degraded",
] as const;

/** Runs in a page before anything else, or later: listens to its session as soon as there is one. */
export const recorder = [
  (names: typeof EVENTS) => {
    globalThis.recorded = [];
    const listen = ({ session }: typeof globalThis.demo) => {
      for (const event of names)
        session.on(event, (detail) => {
          globalThis.recorded.push({ event, detail: { ...detail } });
        });
    };
    let demo: typeof globalThis.demo | undefined = globalThis.demo;
    if (demo) listen(demo);
    Object.defineProperty(globalThis, "demo", {
      get: () => demo,
      set(value: typeof globalThis.demo) {
        demo = value;
        listen(value);
      },
    });
  },
  EVENTS,
] as const;
