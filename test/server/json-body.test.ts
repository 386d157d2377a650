import { readJson } from "sojourn/server";
import { expect, test } from "vitest";
import { answer } from "./support/browser.js";

/** A body that comes in chunks for as long as somebody reads, and how much of it was asked for. */
function endless() {
  const asked = { bytes: 0, over: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(stream) {
        asked.bytes += 1000;
        stream.enqueue(new Uint8Array(1000).fill(0x20));
      },
      cancel() {
        asked.over = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { body, asked };
}

const post = (body: BodyInit, headers: Record<string, string> = {}) =>
  new Request("https://app.example/login", { method: "POST", headers, body, duplex: "half" } as RequestInit);

test.each([
  ["100,000 bytes", undefined, 100_000],
  ["what the route allows", { limit: 5000 }, 5000],
])("of a body without end %s are read, and then the answer is 413", async (_, options, most) => {
  const { body, asked } = endless();
  const { refusal } = await readJson(post(body), options);
  expect(refusal && (await answer(refusal))).toEqual({ status: 413, body: { error: "too_large" } });
  expect(refusal?.headers.get("cache-control")).toBe("no-store");
  expect(asked).toEqual({ bytes: most + 1000, over: true });
});

test("one that says that it is too long is not read at all", async () => {
  const { body, asked } = endless();
  const { refusal } = await readJson(post(body, { "content-length": "100001" }));
  expect(refusal?.status).toBe(413);
  expect(asked.bytes).toBe(0);
});

test("an object in JSON is read, also one that is as long as may be", async () => {
  expect(await readJson(post('{"username":"ä"}'))).toEqual({ body: { username: "ä" } });
  const longest = `{"x":"${"x".repeat(92)}"}`;
  expect(await readJson(post(longest), { limit: 100 })).toEqual({ body: JSON.parse(longest) });
  expect((await readJson(post(`${longest} `), { limit: 100 })).refusal?.status).toBe(413);
});

test.each(["", "{", "null", "[]", "5", '"x"'])("%o is a bad request, and nothing breaks", async (said) => {
  const { refusal } = await readJson(post(said));
  expect(refusal && (await answer(refusal))).toEqual({
    status: 400,
    body: { error: "invalid_request", message: "body must be an object in JSON" },
  });
});
