/** How long a session lasts, in ms: the server decides, the site asks. */
export interface Limits {
  readonly idleTimeout: number;
  readonly idleWarning: number;
  readonly absoluteTimeout: number;
  readonly absoluteWarning: number;
  readonly accessLifetime: number;
  /** How long one request may take. */
  readonly requestTimeout: number;
}

const TEN_MINUTES = 600_000;

export async function loadLimits(): Promise<Limits> {
  const reply = await fetch("/config", { cache: "no-store" });
  if (!reply.ok) throw new Error(`GET /config: ${reply.status}`);
  const told = (await reply.json()) as Omit<Limits, "absoluteWarning">;
  return { ...told, absoluteWarning: Math.min(TEN_MINUTES, told.absoluteTimeout / 3) };
}
