// @vitest-environment node
// The tests that the guide shows, as they are.
import { root } from "./blocks.js";

await import(/* @vite-ignore */ `${root}docs/guides/testing.md/session.test.ts`);
