import type { RandomPort } from "./platform.js";

const text = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export const random: RandomPort = {
  number: () => Math.random(),
  id: () => text(crypto.getRandomValues(new Uint8Array(16))),
  async hash(subject) {
    const digest = await crypto.subtle?.digest("SHA-256", new TextEncoder().encode(subject));
    return digest && text(new Uint8Array(digest, 0, 16));
  },
};
