import type { HandoverState, Person } from "./session.js";

/** What is to be seen, as a function of the session alone. */
export type Screen =
  /** Not known yet, or known but not who: neither the notebook nor the sign-in may flash up. */
  | { readonly name: "opening" }
  | { readonly name: "sign-in" }
  | (Pick<Extract<HandoverState, { status: "ended" }>, "reason" | "origin"> & { readonly name: "closed" })
  | { readonly name: "notebook"; readonly user: Person };

export function screenOf(state: HandoverState): Screen {
  switch (state.status) {
    case "signed-out":
      return { name: "sign-in" };
    case "ended":
      return { name: "closed", reason: state.reason, origin: state.origin };
    case "active":
    case "warning":
      return state.user ? { name: "notebook", user: state.user } : { name: "opening" };
    default:
      return { name: "opening" };
  }
}

/** Two screens with the same key are the same place: nothing is drawn again. */
export function keyOf(screen: Screen): string {
  if (screen.name === "notebook") return `notebook ${screen.user.id}`;
  return screen.name === "closed" ? `closed ${screen.reason}` : screen.name;
}
