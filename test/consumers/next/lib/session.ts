import { createSession } from "sojourn";
import { bff, readBffSession } from "sojourn/presets";
import type { User } from "./users";

/** Also made where a page is rendered, where it does nothing. */
export const session = createSession({
  server: bff<User>({ baseUrl: "/auth" }),
  idle: { timeout: "28s", warning: "20s" },
});

export async function signIn(form: FormData): Promise<void> {
  const reply = await fetch("/auth/login", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Sojourn": "1" },
    body: JSON.stringify(Object.fromEntries(form)),
  });
  await session.start(readBffSession<User>(await reply.json()));
}

declare module "sojourn/react" {
  interface Register {
    session: typeof session;
  }
}
