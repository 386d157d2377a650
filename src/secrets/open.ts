import type { SessionOptions } from "../options.js";
import { noVault, type Vault, type VaultContext } from "./vault.js";

type Mode = Exclude<SessionOptions["tokens"], undefined | "none">;
type Part = { openVault(cx: VaultContext): Vault };

const load: Record<Mode, () => Promise<Part>> = {
  memory: () => import("./hand-over.js"),
  sealed: () => import("./sealed.js"),
};
const parts = new Map<Mode, Promise<Part>>();

/** The part for a way of keeping tokens: loaded once for a page, and once more only where that failed. */
export function loadVault(mode: Mode): Promise<Part> {
  const part =
    parts.get(mode) ??
    load[mode]().catch((error) => {
      parts.delete(mode);
      throw error;
    });
  parts.set(mode, part);
  return part;
}

/** The vault of a session. Sessions without tokens load nothing for it. */
export async function openVault(mode: Mode | "none", cx: Omit<VaultContext, "cipher">): Promise<Vault> {
  if (mode === "none") return noVault(cx.platform.random.id);
  const [part, cipher] = await Promise.all([loadVault(mode), cx.platform.cipher()]);
  return part.openVault({ ...cx, cipher });
}
