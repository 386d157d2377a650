import { get, set } from "idb-keyval";
import { api, type Subject } from "../subject.js";

interface Facts {
  readonly sequence: number;
  readonly expiresAt: number;
  readonly lifetime: number;
}

/** The floor, by hand, where tokens are in cookies: facts in IndexedDB, a Web Lock, and a second look inside it. */
let facts: Facts | undefined;
let timer = 0;

function take(found: Facts | undefined): void {
  facts = found;
  clearTimeout(timer);
  if (!found) return;
  const at = found.expiresAt - (found.lifetime / 4) * (1 - Math.random() / 2);
  timer = window.setTimeout(() => void renew(found), Math.min(at - Date.now(), 2 ** 31 - 1));
}

async function keep(reply: Response): Promise<void> {
  const { accessExpiresIn } = await reply.json();
  const lifetime = accessExpiresIn * 1000;
  take({ sequence: (facts?.sequence ?? 0) + 1, lifetime, expiresAt: Date.now() + lifetime });
  await set("facts", facts);
}

const renew = (refused: Facts) =>
  navigator.locks.request("refresh", async () => {
    const found = await get<Facts>("facts");
    if (found?.sequence !== refused.sequence) return take(found);
    const reply = await fetch("/refresh", { method: "POST" });
    if (!reply.ok) throw new Error("signed out");
    await keep(reply);
  });

const send = () => fetch(api, { cache: "no-store" });

export default {
  signIn: async () => keep(await fetch("/sign-in", { method: "POST" })),
  start: async () => take(await get<Facts>("facts")),
  async call() {
    // A request goes out with the newest cookie, whoever got it: what was refused must be known.
    take(await get<Facts>("facts"));
    if (facts && facts.expiresAt <= Date.now()) await renew(facts);
    const response = await send();
    if (response.status !== 401 || !facts) return response;
    await renew(facts);
    return send();
  },
  refresh: async () => facts && renew(facts),
  token: () => facts,
} satisfies Subject;
