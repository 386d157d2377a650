import type { Settings } from "../options.js";
import { part } from "../shell/part.js";
import { noVault, type Vault, type VaultContext } from "./vault.js";

type Part = { openVault(cx: VaultContext): Vault };

/** The part for each way of keeping tokens. */
export const parts = {
  memory: part<Part>(() => import("./hand-over.js")),
  sealed: part<Part>(() => import("./sealed.js")),
  worker: part<Part>(() => import("./in-worker.js")),
};

/** The vault of a session. Sessions without tokens load nothing for it. */
export async function openVault(
  tokens: Settings<never>["tokens"],
  cx: Omit<VaultContext, "cipher" | "worker">,
): Promise<Vault> {
  if (tokens === "none") return noVault(cx.platform.random.id);
  if (typeof tokens === "function") {
    // The worker has cryptography of its own.
    return (await parts.worker()).openVault({ ...cx, cipher: undefined, worker: tokens });
  }
  const [vault, cipher] = await Promise.all([parts[tokens](), cx.platform.cipher()]);
  return vault.openVault({ ...cx, cipher, worker: undefined });
}
