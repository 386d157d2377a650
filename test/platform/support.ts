/** Where jsdom keeps what it does not show. */
interface Inner {
  isTrusted: boolean;
  _dispatch(event: Inner): void;
}
const inner = (wrapper: object): Inner => {
  const key = Object.getOwnPropertySymbols(wrapper).find(({ description }) => description === "impl");
  return (wrapper as Record<symbol, Inner>)[key as symbol];
};

let later = 0;

/** Dispatches an event as the browser does when a user acts: what a script dispatches is not trusted. */
export function byUser(target: Element | Document, event: Event): void {
  // One after the other, unless the test says when.
  if (!Object.hasOwn(event, "timeStamp")) Object.defineProperty(event, "timeStamp", { value: later++ * 100 });
  inner(event).isTrusted = true;
  inner(target)._dispatch(inner(event));
}

/** Every listener that is there, by target: kept up to date by the functions that add and remove them. */
export function countListeners(...targets: EventTarget[]) {
  const open = new Map<string, AddEventListenerOptions | boolean | undefined>();
  const added: string[] = [];
  const ids: unknown[] = [];
  const id = (it: unknown) => (ids.includes(it) ? ids.indexOf(it) : ids.push(it) - 1);
  const undo = targets.map((target) => {
    const { addEventListener: add, removeEventListener: remove } = target;
    const key = (name: string, listener: unknown, options: unknown) => {
      const capture = typeof options === "object" ? (options as AddEventListenerOptions).capture : options;
      return `${id(target)} ${name} ${id(listener)} ${!!capture}`;
    };
    target.addEventListener = (...args: Parameters<typeof add>) => {
      added.push(args[0]);
      open.set(key(args[0], args[1], args[2]), args[2]);
      add.apply(target, args);
    };
    target.removeEventListener = (...args: Parameters<typeof remove>) => {
      open.delete(key(args[0], args[1], args[2]));
      remove.apply(target, args);
    };
    return () => void Object.assign(target, { addEventListener: add, removeEventListener: remove });
  });
  return {
    /** Names of all that were ever added. */
    added,
    /** Options of those that are there now. */
    open: () => [...open.values()],
    stop: () => {
      for (const it of undo) it();
    },
  };
}
