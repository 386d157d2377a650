import { type Check, foundIf, notRun } from "../check.js";
import { type Asked, type Client, nameOf } from "../client.js";
import { throttles } from "../decisive.js";
import { rfc } from "../sources.js";

/** The value of a cookie that nobody has issued. */
export const MADE_UP = "sojourn-doctor-made-this-up-0123456789abcdef";

export const deadReply: Check = {
  id: "dead-reply",
  title: "Whoever has no session is told so, in the preset's words",
  weight: "must",
  why: "A redirect to a sign-in page, HTML or a 200 cannot be told from a proxy's page: the application goes on as if the session lived.",
  sources: [rfc(9110, "15.5.2"), rfc(6750, "3.1")],
  change:
    "Answer requests of the session API with 401 and a JSON body when there is no session; redirect pages only.",
  async run(lab) {
    const { convention, protected: address } = lab.target;
    const seen: string[] = [];
    let putOff = false;
    const look = async (who: string, client: Client, verbs: readonly ("peek" | "touch" | "refresh")[]) => {
      for (const verb of verbs) {
        if (!convention[verb]) continue;
        const asked = await client.ask(verb);
        const wrong = wrongWith(asked);
        if (asked.exchanges.some(throttles)) putOff = true;
        else if (wrong) seen.push(`${verb} ${who} ${wrong}`);
      }
    };
    const { end, before } = await lab.life();
    await look("without a session", lab.visitor(), ["peek", "touch", "refresh"]);
    // A refresh would spend what the check of the sign-out needs.
    if (end?.outcome === "told") await look("after the sign-out", before.copy(), ["peek", "touch"]);
    if (address !== undefined) {
      const exchange = await lab.visitor().protected(address);
      if (throttles(exchange)) putOff = true;
      else if (exchange.status !== 401 && exchange.status !== 403)
        seen.push(`${nameOf(exchange)} without a session was answered with ${exchange.status}`);
    }
    if (seen.length === 0 && putOff) return notRun("a request was throttled, whoever it was that came");
    return foundIf(seen, "a refusal that the preset understands");
  },
};

/** A session that lives is no matter of shape: other checks look at that. A request that was never sent neither. */
function wrongWith({ outcome, problem, exchanges }: Asked): string | undefined {
  if (outcome !== "failed") return undefined;
  const last = exchanges.at(-1);
  if (!last) return undefined;
  const type = last.headers.get("content-type")?.split(";")[0] ?? "no type";
  return `was answered with ${last.status}, ${type}: ${problem}`;
}
