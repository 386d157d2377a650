#!/usr/bin/env node
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { run } from "./run.js";

const { stdout, stderr, env } = process;

/** On a terminal one line that is written over; else a line for what takes long, and for nothing else. */
function progress(words: string): void {
  if (stderr.isTTY) stderr.write(`\r\x1b[2K${words.slice(0, (stderr.columns ?? 80) - 1)}`);
  else if (/^(Waiting|The sign-in)/.test(words)) stderr.write(`${words}\n`);
}
const clear = () => stderr.isTTY && stderr.write("\r\x1b[2K");

process.exitCode = await run(process.argv.slice(2), {
  env,
  stdin: async () => (await text(process.stdin)).trim(),
  fetch,
  now: () => performance.now(),
  sleep: async (ms) => void (await sleep(ms)),
  progress,
  write: (words) => {
    clear();
    stdout.write(words);
  },
  complain: (words) => {
    clear();
    stderr.write(words);
  },
  coloured: stdout.isTTY && !env.NO_COLOR,
});
