// What a script tag gets: one global, `Sojourn`, with the session and the presets.
export * from "./index.js";
export * from "./server/presets/index.js";
