// @vitest-environment node
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { safeReturnTo } from "../../src/element/return-to.js";

const base = "https://clinic.example/ward/north?bed=12";
const safe = (value: string | null | undefined, ...allow: string[]) => safeReturnTo(value, allow, base);

describe("C6 returnTo is same-origin or allow-listed", () => {
  test.each([
    ["/notes", "https://clinic.example/notes"],
    ["/notes?from=login#last", "https://clinic.example/notes?from=login#last"],
    ["notes", "https://clinic.example/ward/notes"],
    ["?bed=3", "https://clinic.example/ward/north?bed=3"],
    ["#top", "https://clinic.example/ward/north?bed=12#top"],
    ["https://clinic.example/notes", "https://clinic.example/notes"],
    ["//clinic.example/notes", "https://clinic.example/notes"],
    ["/search?q=100%", "https://clinic.example/search?q=100%"],
    ["/search?q=a%2Fb%20c", "https://clinic.example/search?q=a%2Fb%20c"],
    ["/go?next=https%3A%2F%2Fevil.example", "https://clinic.example/go?next=https%3A%2F%2Fevil.example"],
    // Without its slashes a scheme that is the page's own means nothing: this is a path.
    ["https:evil.example", "https://clinic.example/ward/evil.example"],
    ["https:/evil.example", "https://clinic.example/evil.example"],
    ["/übung", "https://clinic.example/%C3%BCbung"],
  ])("%j is followed", (value, target) => {
    expect(safe(value)).toBe(target);
  });

  test.each([
    "//evil.example",
    "///evil.example",
    "////evil.example/a",
    "https://evil.example",
    "https:///evil.example",
    "http:evil.example",
    "http:/evil.example",
    "HTTPS://EVIL.EXAMPLE",
    "http://clinic.example/",
    "https://clinic.example:8443/",
    "\\evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "/\\/evil.example",
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    " javascript:alert(1)",
    "\u0000javascript:alert(1)",
    "\u0001javascript:alert(1)",
    "javascript://clinic.example/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "blob:https://clinic.example/0b1e8a3c-6ad9-4c4d-9c39-5d8f27c1bb5d",
    "filesystem:https://clinic.example/temporary/a",
    "view-source:https://clinic.example/",
    "about:blank",
    "file:///etc/passwd",
    "mailto:a@b.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\n/evil.example",
    "\t//evil.example",
    "/%09/evil.example",
    "/%0a/evil.example",
    "/%0d%0a/evil.example",
    "%2F%2Fevil.example",
    "%2f%2fevil.example",
    "/%2Fevil.example",
    "/%5Cevil.example",
    "/%5c%5cevil.example",
    "%5C%5Cevil.example",
    "%252F%252Fevil.example",
    "/%252Fevil.example",
    "/%25252Fevil.example",
    "%6Aavascript:alert(1)",
    "javascript%3Aalert(1)",
    "%256Aavascript%253Aalert(1)",
    "https%3A%2F%2Fevil.example",
    "https://clinic.example@evil.example/",
    "https://clinic.example%40evil.example/",
    "https://user@clinic.example/",
    "https://user:secret@clinic.example/",
    "//user@clinic.example/",
    "https://clinic.example.evil.example/",
    "https://evil.example/https://clinic.example/",
    "https://evil.example#@clinic.example/",
    "https://evil.example?@clinic.example/",
    "https://evil.example\\@clinic.example/",
    "https://clinic.exаmple/",
    "https://[::1]/",
    "https://",
    "http:",
    "",
    null,
    undefined,
  ])("%j is not", (value) => {
    expect(safe(value)).toBeUndefined();
  });

  test("an allow-list names exact origins", () => {
    const allow = ["https://login.example", "https://app.example:8443"];
    expect(safe("https://login.example/a", ...allow)).toBe("https://login.example/a");
    expect(safe("https://app.example:8443/", ...allow)).toBe("https://app.example:8443/");
    expect(safe("/notes", ...allow)).toBe("https://clinic.example/notes");
    for (const other of [
      "http://login.example/",
      "https://login.example:444/",
      "https://evil.login.example/",
      "https://login.example.evil.example/",
      "https://app.example/",
      "https://user@login.example/",
    ])
      expect(safe(other, ...allow), other).toBeUndefined();
  });

  test("the origin of no address is none to be allowed", () => {
    expect(safe("data:text/html,a", "null")).toBeUndefined();
    expect(safe("javascript:alert(1)", "null")).toBeUndefined();
  });
});

/** What attackers make addresses of, and what honest ones are made of. */
const piece = fc.constantFrom(
  ...[
    "/",
    "\\",
    ":",
    "@",
    ".",
    "?",
    "#",
    "%",
    "&",
    ";",
    " ",
    "\t",
    "\n",
    "\r",
    "\u0000",
    "\u00a0",
    "\ufeff",
    "//",
  ],
  ...["%2f", "%2F", "%5c", "%252f", "%09", "%0a", "%40", "%3a", "%00", "／", "＼", "。"],
  ...[
    "http:",
    "https:",
    "https://",
    "javascript:",
    "data:",
    "blob:",
    "evil.example",
    "clinic.example",
    "login.example",
  ],
  ...["a", "..", "notes", "user", "127.0.0.1", "[::1]"],
);
const address = fc.oneof(
  fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join("")),
  fc.string({ unit: "binary" }),
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
);
const allow = ["https://login.example"];
const permitted = new Set(["https://clinic.example", ...allow]);

/** Every way in which a browser, or servers that decode once more, could read an address. */
function* readings(value: string): Generator<URL> {
  let text = value;
  for (let round = 0; round < 5; round++) {
    if (URL.canParse(text, base)) yield new URL(text, base);
    try {
      text = decodeURIComponent(text);
    } catch {
      return;
    }
  }
}

test("C6 whatever it is given, it leads nowhere else: property", () => {
  let followed = 0;
  fc.assert(
    fc.property(address, (value) => {
      const target = safe(value, ...allow);
      if (target === undefined) return;
      followed++;
      const url = new URL(target);
      expect(target).toBe(url.href);
      expect(permitted.has(url.origin)).toBe(true);
      expect(url.protocol).toBe("https:");
      expect(url.username + url.password).toBe("");
      for (const read of readings(value)) expect(permitted.has(read.origin), read.href).toBe(true);
    }),
    { numRuns: 3000 },
  );
  // Not everything is refused.
  expect(followed).toBeGreaterThan(100);
}, 30_000);

test("C6 every path of the own origin is followed: property", () => {
  const segment = fc.stringMatching(/^[a-z0-9_-]{1,8}$/);
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 4 }), fc.webQueryParameters(), (path, query) => {
      const value = `/${path.join("/")}?${query}`;
      expect(safe(value)).toBe(new URL(value, base).href);
    }),
  );
});
