const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** One tab of all that warn: the one that is seen if there is one. It says so for as long as any other may ask. */
function chosen(): Promise<boolean> {
  const claim = () =>
    new Promise<boolean>((resolve) => {
      const locks = navigator.locks?.request("session-warning", { ifAvailable: true }, (lock) => {
        resolve(!!lock);
        return lock ? sleep(10_000) : undefined;
      });
      if (!locks) resolve(true);
      locks?.catch(() => resolve(true));
    });
  return document.hidden ? sleep(1000).then(claim) : claim();
}

function showNotification(title: string, body: string, over: AbortSignal): void {
  try {
    // The tag replaces the notification of another tab, should two of them have been chosen.
    const it = new Notification(title, { body, tag: "session-warning" });
    it.addEventListener("click", () => {
      window.focus();
      it.close();
    });
    over.addEventListener("abort", () => it.close());
  } catch {
    // Some mobile browsers know notifications of service workers only.
  }
}

/** Two soft notes. Where the page may not make a sound yet, there is none. */
async function playSound(): Promise<void> {
  const audio = new AudioContext();
  const gain = audio.createGain();
  gain.connect(audio.destination);
  gain.gain.setValueAtTime(0.15, 0);
  gain.gain.linearRampToValueAtTime(0, audio.currentTime + 0.7);
  [659, 523].forEach((frequency, index) => {
    const note = new OscillatorNode(audio, { frequency });
    note.connect(gain);
    note.start(audio.currentTime + index * 0.3);
    note.stop(audio.currentTime + index * 0.3 + 0.4);
  });
  await sleep(1500);
  await audio.close();
}

/**
 * Reaches a user who is not looking at the page: once, from one tab, in the ways that the element's attributes permit.
 * `over` aborts when the warning closes.
 */
export async function alertUser(
  host: Element,
  title: string,
  text: string,
  over: AbortSignal,
): Promise<void> {
  if (!(await chosen()) || over.aborted) return;
  if (host.hasAttribute("sound")) void playSound().catch(() => {});
  const permitted = globalThis.Notification?.permission === "granted";
  if (host.hasAttribute("notify") && permitted && document.hidden) showNotification(title, text, over);
}
