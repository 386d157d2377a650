/**
 * Calls `show` with the time left: now, and just after each whole second, while the page can be seen. The time comes
 * from `left` each time: a counter would be wrong after the first sleep.
 */
export function countDown(left: () => number, show: (ms: number) => void, signal: AbortSignal): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tick = () => {
    clearTimeout(timer);
    if (signal.aborted || document.visibilityState === "hidden") return;
    const ms = left();
    show(ms);
    if (ms > 0) timer = setTimeout(tick, ms % 1000 || 1000);
  };
  document.addEventListener("visibilitychange", tick, { signal });
  signal.addEventListener("abort", () => clearTimeout(timer));
  tick();
}

/** Calls `run` now and every `period` ms, while the page can be seen. */
export function whileVisible(period: number, run: () => void, signal: AbortSignal): void {
  let timer: ReturnType<typeof setInterval> | undefined;
  const look = () => {
    clearInterval(timer);
    if (signal.aborted || document.visibilityState === "hidden") return;
    run();
    timer = setInterval(run, period);
  };
  document.addEventListener("visibilitychange", look, { signal });
  signal.addEventListener("abort", () => clearInterval(timer));
  look();
}
