import type { RandomPort } from "./platform.js";

export const random: RandomPort = {
  number: () => Math.random(),
  id: () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join(""),
};
