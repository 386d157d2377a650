import { part } from "./part.js";

/** The part of a session that acts. */
export const loadEngine = part(() => import("./engine.js"));
