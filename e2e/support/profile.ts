import { type BrowserContext, expect } from "@playwright/test";
import { people } from "./words.js";

/** What the server says of the session whose cookies this browser profile has. */
export interface Told {
  readonly status: number;
  readonly user?: { readonly username: string };
  readonly reason?: string;
  readonly idleExpiresIn?: number;
  readonly accessExpiresIn?: number;
}

/** `GET /session` with the cookies of this profile, past all pages. It looks and extends nothing. */
export async function peek(context: BrowserContext): Promise<Told> {
  const reply = await context.request.get("/session");
  return { status: reply.status(), ...(await reply.json()) };
}

/** The same for as long as the cookies are good that the profile has now, also while the browser cannot be asked. */
export async function peeker(context: BrowserContext, origin: string): Promise<() => Promise<Told>> {
  const headers = { Cookie: await cookieHeader(context) };
  return async () => {
    const reply = await fetch(`${origin}/session`, { headers });
    return { status: reply.status, ...((await reply.json()) as object) };
  };
}

/** Waits until the access lifetime has passed on the server. */
export async function accessExpired(context: BrowserContext): Promise<void> {
  await expect.poll(async () => (await peek(context)).accessExpiresIn, { timeout: 30_000 }).toBe(0);
}

/** Waits until the server has ended the session. */
export async function endedOnServer(context: BrowserContext, reason: string): Promise<void> {
  await expect.poll(async () => (await peek(context)).reason, { timeout: 30_000 }).toBe(reason);
}

/** Signs somebody in with the cookies of this profile, past all pages. */
export async function logIn(context: BrowserContext, who: keyof typeof people): Promise<void> {
  const { username, password } = people[who];
  const headers = { "X-Sojourn": "1" };
  const reply = await context.request.post("/login", { headers, data: { username, password } });
  expect(reply.status()).toBe(200);
}

/** The session's cookies as a header, to be sent by somebody else. */
export async function cookieHeader(context: BrowserContext): Promise<string> {
  return (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
}
