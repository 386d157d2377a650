import type { Bed } from "../app/api.js";
import type { Handover } from "../app/handover.js";
import { bedStatus } from "../app/texts.js";
import { h, watch } from "./h.js";

const WARDS = ["North", "South"] as const;

/** The beds as they stand on the ward. A bed is a way to begin a note about it. */
export function bedBoard(
  { notebook }: Handover,
  about: (bedId: string) => void,
  signal: AbortSignal,
): HTMLElement {
  const groups = h("div", { class: "wards" });
  watch(
    notebook,
    ({ beds }) => groups.replaceChildren(...WARDS.map((ward) => wardGroup(ward, beds, about))),
    signal,
  );
  return h(
    "section",
    { class: "board", "aria-labelledby": "board-title" },
    h("h2", { id: "board-title", class: "visually-hidden" }, "Beds"),
    groups,
  );
}

function wardGroup(ward: string, all: readonly Bed[], about: (bedId: string) => void): HTMLElement {
  const beds = all.filter((bed) => bed.ward === ward);
  const taken = beds.filter((bed) => bed.status !== "empty").length;
  return h(
    "div",
    { class: "ward" },
    h(
      "h3",
      {},
      `${ward} ward`,
      beds.length > 0 && h("span", { class: "ward-count" }, `${taken} of ${beds.length} beds`),
    ),
    h("ul", { class: "beds" }, ...beds.map((bed) => h("li", {}, bedTile(bed, about)))),
  );
}

function bedTile({ id, patient, status }: Bed, about: (bedId: string) => void): HTMLElement {
  return h(
    "button",
    { type: "button", class: "bed", "data-status": status, onclick: () => about(id) },
    h("span", { class: "visually-hidden" }, "Write about bed "),
    h("span", { class: "bed-id" }, id),
    h("span", { class: "bed-patient" }, patient ?? "–"),
    h("span", { class: "bed-status" }, bedStatus[status]),
  );
}
