// Taken when this is loaded: fake timers, which tests may switch on later, would never come back.
const { setImmediate } = globalThis as { setImmediate?: (run: () => void) => unknown };

/**
 * One turn of the event loop. All promises that wait for nothing but one another are settled then: they are done
 * between two tasks, https://html.spec.whatwg.org/multipage/webappapis.html#perform-a-microtask-checkpoint
 */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    if (setImmediate) {
      setImmediate(resolve);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
