import type { RandomPort } from "./platform.js";

export const random: RandomPort = {
  number: () => Math.random(),
  id: () => hex(crypto.getRandomValues(new Uint8Array(16))),
};

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
