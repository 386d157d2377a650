import { type Asked, type Client, type Exchange, nameOf } from "../client.js";
import { CannotExamine } from "../errors.js";
import type { Lab } from "../lab.js";

/** The life of one session, from the sign-in to the sign-out, as an application would lead it. */
export interface Life {
  readonly signIn: readonly Exchange[];
  readonly peek: Asked | undefined;
  readonly touch: Asked | undefined;
  readonly refresh: Asked | undefined;
  readonly protected: Exchange | undefined;
  readonly end: Asked | undefined;
  /** A browser with the credentials as they were when the session was signed out. */
  readonly before: Client;
  /** Every exchange while it lived, in order, the sign-out included. */
  readonly all: readonly Exchange[];
}

export async function live(lab: Lab): Promise<Life> {
  const { target } = lab;
  const { convention, signIn } = target;
  let client: Client;
  let signedIn: readonly Exchange[] = [];
  if (signIn) {
    client = lab.visitor();
    signedIn = await signIn.run(client);
  } else client = await lab.session();
  const ask = (verb: "peek" | "touch" | "refresh" | "end") =>
    convention[verb] ? client.ask(verb) : undefined;

  const peek = await ask("peek");
  if (peek?.outcome === "nobody" || peek?.outcome === "rejected")
    throw new CannotExamine(
      "The sign-in went through, and then nobody was signed in: peek says that there is no session.",
    );
  const touch = await ask("touch");
  const refresh = await ask("refresh");
  const looked = target.protected === undefined ? undefined : await client.protected(target.protected);
  if (looked && looked.status >= 300)
    throw new CannotExamine(
      `${nameOf(looked)} was answered with ${looked.status}, although somebody is signed in.`,
    );
  const before = client.copy();
  const end = await ask("end");
  const asked = [peek, touch, refresh].flatMap((one) => one?.exchanges ?? []);
  const all = [...signedIn, ...asked, ...(looked ? [looked] : []), ...(end?.exchanges ?? [])];
  return { signIn: signedIn, peek, touch, refresh, protected: looked, end, before, all };
}
