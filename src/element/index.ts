import { SessionWarningElement } from "./element.js";

declare global {
  interface HTMLElementTagNameMap {
    "session-warning": SessionWarningElement;
  }
}

/**
 * Makes `<session-warning>` known to the browser, or the same under another name. Importing `sojourn/element` has done
 * it for the usual name. Does nothing where the name is taken, and on a server.
 */
export function defineSessionWarning(tag = "session-warning"): void {
  if (!globalThis.customElements || customElements.get(tag)) return;
  // One class has one name.
  const own = tag === "session-warning" ? SessionWarningElement : class extends SessionWarningElement {};
  customElements.define(tag, own);
}

defineSessionWarning();

export type { PurgeDetail, SessionWarningEventMap } from "./events.js";
export type { Message, Messages } from "./messages/messages.js";
export { safeReturnTo } from "./return-to.js";
export { SessionWarningElement };
