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
