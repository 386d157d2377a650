/** The demo server's own routes for looking inside and for playing with faults. They answer on this machine only. */

export type Metrics = Readonly<Record<string, number>>;

export interface Trouble {
  readonly down: boolean;
  readonly slowMs: number;
  readonly rejectNextRefresh: boolean;
  /** How, where it is not said by `true`: see `Loss` in the server. */
  readonly loseNextReply: boolean | string;
}

async function call<T>(path: string, init?: RequestInit): Promise<T | undefined> {
  try {
    const reply = await fetch(`/debug/${path}`, { cache: "no-store", ...init });
    return reply.ok ? ((await reply.json()) as T) : undefined;
  } catch {
    return undefined;
  }
}

export const readMetrics = (): Promise<Metrics | undefined> => call("metrics");
export const readTrouble = (): Promise<Trouble | undefined> => call("trouble");

export function makeTrouble(change: Partial<Trouble>): Promise<Trouble | undefined> {
  return call("trouble", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Sojourn": "1" },
    body: JSON.stringify(change),
  });
}
