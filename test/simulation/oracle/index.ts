import { absolute } from "./absolute.js";
import { cool } from "./cool.js";
import { custody } from "./custody.js";
import { dead } from "./dead.js";
import { fence } from "./fence.js";
import { idle } from "./idle.js";
import { kept } from "./kept.js";
import { live } from "./live.js";
import { mix } from "./mix.js";
import { once } from "./once.js";
import type { Invariant } from "./oracle.js";
import { quiet } from "./quiet.js";
import { secret } from "./secret.js";
import { single } from "./single.js";

/** What must hold after every event of every schedule. */
export const invariants: readonly Invariant[] = [
  single,
  once,
  fence,
  dead,
  idle,
  absolute,
  kept,
  mix,
  live,
  quiet,
  secret,
  cool,
  custody,
];
