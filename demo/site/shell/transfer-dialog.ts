import type { Bed } from "../app/api.js";
import type { Handover } from "../app/handover.js";
import { transferTitle } from "../app/texts.js";
import { bedName, emptyBeds, takenBeds } from "../app/wards.js";
import { h, hold, say, watch } from "./h.js";
import { modal } from "./modal.js";

/** Who goes where. The same in every build: it is opened by a button of the board. */
export function transferDialog({ notebook, transfer }: Handover): void {
  modal(
    "transfer-title",
    transfer,
    ({ open }) => open,
    transfer.close,
    (life) => {
      const from = h("select", { id: "transfer-from", required: true });
      const to = h("select", { id: "transfer-to", required: true });
      const problem = h("p", { class: "problem", role: "alert" });
      const done = h("p", { class: "done", role: "status" });
      const button = h("button", { type: "submit", class: "button primary" }, "Transfer");

      const beds = () => {
        const now = notebook.get().beds;
        fill(from, "Choose a patient", takenBeds(now));
        fill(to, "Choose a bed", emptyBeds(now));
      };
      watch(notebook, beds, life);
      watch(
        transfer,
        ({ under, ...said }) => {
          hold(button, under);
          say(problem, said.problem);
          say(done, said.done);
        },
        life,
      );

      function submit(event: Event) {
        event.preventDefault();
        if (button.ariaDisabled !== "true") void transfer.run(from.value, to.value);
      }
      const form = h(
        "form",
        { class: "modal-form", onsubmit: submit },
        h("div", { class: "field" }, h("label", { for: from.id }, "Patient"), from),
        h("div", { class: "field" }, h("label", { for: to.id }, "To bed"), to),
        problem,
        done,
        h(
          "div",
          { class: "actions" },
          button,
          h("button", { type: "button", class: "button", onclick: transfer.close }, "Close"),
        ),
      );
      return { title: transferTitle, children: [form] };
    },
  );
}

/** Who lies somewhere else now has to be chosen again. */
function fill(select: HTMLSelectElement, choose: string, beds: readonly Bed[]): void {
  const { value } = select;
  const options = beds.map((bed) => h("option", { value: bed.id }, bedName(bed)));
  select.replaceChildren(h("option", { value: "" }, choose), ...options);
  select.value = beds.some(({ id }) => id === value) ? value : "";
}
