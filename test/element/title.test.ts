import { beforeEach, expect, test } from "vitest";
import { createTitleAlert } from "../../src/element/title.js";

beforeEach(() => {
  document.title = "Ward book";
});

test("the title changes turn by turn, and is restored", () => {
  const alert = createTitleAlert();
  const seen = ["(1:30) Soon", "(1:29) Soon", "(1:28) Soon", "(1:27) Soon"].map((text) => {
    alert.turn(text);
    return document.title;
  });
  expect(seen).toEqual(["(1:30) Soon", "Ward book", "(1:28) Soon", "Ward book"]);
  alert.turn("(1:26) Soon");
  alert.turn();
  expect(document.title).toBe("Ward book");
});

test("without a text it touches nothing", () => {
  const alert = createTitleAlert();
  alert.turn();
  document.title = "Another page";
  alert.turn();
  expect(document.title).toBe("Another page");
});

test("a title that the application sets meanwhile is the one that is restored", () => {
  const alert = createTitleAlert();
  alert.turn("(1:30) Soon");
  document.title = "Ward book (1 new)";
  alert.turn();
  expect(document.title).toBe("Ward book (1 new)");
  alert.turn("(1:29) Soon");
  alert.turn("(1:28) Soon");
  expect(document.title).toBe("Ward book (1 new)");
});

test("a text that the browser tidies up is recognised", () => {
  const alert = createTitleAlert();
  alert.turn("  (1:30)   Soon ");
  alert.turn();
  expect(document.title).toBe("Ward book");
});
