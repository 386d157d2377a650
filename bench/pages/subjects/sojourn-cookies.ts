import { createSession } from "sojourn";
import { bff, readBffSession } from "sojourn/presets";
import { api, knownOf, type Subject } from "../subject.js";

const session = createSession({ server: bff(), idle: { timeout: "15m", warning: "2m" } });

export default {
  async signIn() {
    const reply = await fetch("/sign-in", { method: "POST" });
    await session.start(readBffSession(await reply.json()));
  },
  start: () => session.start(),
  known: () => knownOf(session),
  call: () => session.fetch(api, { cache: "no-store" }),
  refresh: () => session.refresh(),
  token: () => session.getState(),
  signOut: () => session.logout(),
  onEnd: (then) => void session.on("ended", then),
} satisfies Subject;
