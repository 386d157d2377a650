import fc from "fast-check";
import { expect, test } from "vitest";
import { safeReturnTo } from "../../src/element/return-to.js";
import { holds } from "./support.js";

const BASE = "https://clinic.example/ward/3?bed=N6#notes";
const OTHER = "https://help.clinic.example";
const go = (value: string, allow?: readonly string[]) => safeReturnTo(value, allow, BASE);

const once = (text: string) =>
  [...text].map((char) => `%${char.charCodeAt(0).toString(16).padStart(2, "0")}`).join("");
const twice = (text: string) => once(text).replaceAll("%", "%25");

/** What an address to somewhere else is made of. */
const piece = fc.constantFrom(
  ...[
    "/",
    "//",
    "///",
    "\\",
    "/\\",
    ".",
    "..",
    "@",
    ":",
    "?",
    "#",
    "%",
    "%2",
    "%00",
    " ",
    "\t",
    "\n",
    "\u00a0",
    "\ud800",
    "。",
    "／",
  ],
  ...[
    "https:",
    "http:",
    "HTTPS:",
    "javascript:",
    "data:",
    "blob:",
    "file:",
    "java\nscript:",
    "about:blank",
    "ws:",
    "mailto:",
  ],
  ...[
    "evil.example",
    "clinic.example",
    "clinic.example.evil.example",
    "help.clinic.example",
    "[::1]",
    "127.1",
    "0x7f.1",
    "localhost",
    ":443",
    ":8443",
  ],
  ...[
    "user",
    "user:password@",
    "ward",
    "%2F%2Fevil.example",
    "%5C",
    "%252F%252F",
    "%09",
    "alert(1)",
    "ſ",
    "xn--e1afmkfd",
  ],
);
const spelling = fc.constantFrom<(text: string) => string>(
  (text) => text,
  once,
  twice,
  encodeURIComponentSafe,
);
function encodeURIComponentSafe(text: string) {
  try {
    return encodeURIComponent(text);
  } catch {
    return text; // A lone surrogate.
  }
}
const address = fc
  .array(
    fc.oneof(
      { weight: 5, arbitrary: fc.tuple(piece, spelling).map(([it, spell]) => spell(it)) },
      fc.string({ maxLength: 3, unit: "binary" }),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.join(""));

/** Where a browser ends up that follows it, or a server that has decoded it a few times more. */
function destinations(target: string): string[] {
  const origins: string[] = [];
  for (let now = target, round = 0; round < 5; round++) {
    origins.push(new URL(now, BASE).origin);
    try {
      now = decodeURIComponent(now);
    } catch {
      break;
    }
  }
  return origins;
}

test("C6 whatever it is given, it leads to this origin, or to nothing", () => {
  holds(0.5, address, (value) => {
    const target = go(value);
    if (target === undefined) return;
    expect(new Set(destinations(target))).toEqual(new Set(["https://clinic.example"]));
    expect(new Set(destinations(value))).toEqual(new Set(["https://clinic.example"]));
    expect(target).toMatch(/^https:\/\/clinic\.example\//);
    expect(new URL(target).href).toBe(target);
  });
});

test("C6 what it has let through it lets through again, unchanged", () => {
  holds(0.2, address, (value) => {
    const target = go(value);
    if (target !== undefined) expect(go(target)).toBe(target);
  });
});

test("C6 with another origin allowed it leads to one of the two, or to nothing", () => {
  holds(0.2, address, (value) => {
    const target = go(value, [OTHER]);
    if (target !== undefined)
      for (const origin of destinations(target)) expect(["https://clinic.example", OTHER]).toContain(origin);
  });
});

test("C6 an ordinary path of this origin is gone to, with its query and its fragment", () => {
  const name = fc.stringMatching(/^[\w-]{1,8}$/);
  const path = fc
    .tuple(fc.array(name, { minLength: 1, maxLength: 4 }), fc.option(name), fc.option(name))
    .map(
      ([names, query, hash]) => `/${names.join("/")}${query ? `?q=${query}` : ""}${hash ? `#${hash}` : ""}`,
    );
  holds(0.1, path, (value) => {
    expect(go(value)).toBe(`https://clinic.example${value}`);
  });
});
