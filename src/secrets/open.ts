import type { Settings } from "../options.js";
import { noVault, type Vault, type VaultContext } from "./vault.js";

type Mode = "memory" | "sealed" | "worker";
type Part = { openVault(cx: VaultContext): Vault };

const load: Record<Mode, () => Promise<Part>> = {
  memory: () => import("./hand-over.js"),
  sealed: () => import("./sealed.js"),
  worker: () => import("./in-worker.js"),
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
export async function openVault(
  tokens: Settings<never>["tokens"],
  cx: Omit<VaultContext, "cipher" | "worker">,
): Promise<Vault> {
  if (tokens === "none") return noVault(cx.platform.random.id);
  const worker = typeof tokens === "function" ? tokens : undefined;
  const part = loadVault(typeof tokens === "function" ? "worker" : tokens);
  // The worker has cryptography of its own.
  const cipher = worker ? undefined : await cx.platform.cipher();
  return (await part).openVault({ ...cx, cipher, worker });
}
