import type { Bed } from "../app/api.js";
import type { Handover } from "../app/handover.js";
import { bedStatus, transferTitle } from "../app/texts.js";
import { type Ward, wardsOf } from "../app/wards.js";
import { h, watch } from "../shell/h.js";

/** The beds as they stand on the ward. A bed is a way to begin a note about it. */
export function bedBoard(
  { notebook, transfer }: Handover,
  about: (bedId: string) => void,
  signal: AbortSignal,
): HTMLElement {
  const groups = h("div", { class: "wards" });
  watch(
    notebook,
    ({ beds }) => groups.replaceChildren(...wardsOf(beds).map((ward) => wardGroup(ward, about))),
    signal,
  );
  return h(
    "section",
    { class: "board", "aria-labelledby": "board-title" },
    h("h2", { id: "board-title", class: "visually-hidden" }, "Beds"),
    groups,
    h("button", { type: "button", class: "button transfer", onclick: transfer.open }, transferTitle),
  );
}

function wardGroup({ name, beds, count }: Ward, about: (bedId: string) => void): HTMLElement {
  return h(
    "div",
    { class: "ward" },
    h("h3", {}, name, h("span", { class: "ward-count" }, count)),
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
