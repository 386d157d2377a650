import { isSessionError } from "sojourn";
import { makeTrouble, readTrouble, type Trouble } from "../../app/demo-server.js";
import type { Handover } from "../../app/handover.js";
import { whileVisible } from "../../app/while-visible.js";
import { h, say } from "../h.js";

interface Switch {
  readonly label: string;
  readonly isOn: (trouble: Trouble) => boolean;
  readonly change: (on: boolean) => Partial<Trouble>;
}

const SWITCHES: readonly Switch[] = [
  { label: "Server down", isOn: ({ down }) => down, change: (down) => ({ down }) },
  { label: "Slow server", isOn: ({ slowMs }) => slowMs > 0, change: (on) => ({ slowMs: on ? 3000 : 0 }) },
  {
    label: "Reject next refresh",
    isOn: ({ rejectNextRefresh }) => rejectNextRefresh,
    change: (rejectNextRefresh) => ({ rejectNextRefresh }),
  },
  {
    label: "Lose next reply",
    isOn: ({ loseNextReply }) => loseNextReply !== false,
    change: (loseNextReply) => ({ loseNextReply }),
  },
];

/** Faults to order from the demo server. A button that is pressed stays so until the fault has happened. */
export function troubles({ session, journal }: Handover, signal: AbortSignal): HTMLElement {
  const note = h("p", { class: "panel-note", role: "status" });
  const buttons = SWITCHES.map(({ label, change }) => {
    const button = h(
      "button",
      { type: "button", class: "button switch", "aria-pressed": "false", onclick: order },
      label,
    );
    async function order() {
      const on = button.ariaPressed !== "true";
      journal.write("trouble", `${label.toLowerCase()}: ${on ? "on" : "off"}`);
      show(await makeTrouble(change(on)));
    }
    return button;
  });

  function show(trouble: Trouble | undefined) {
    say(note, trouble ? "" : "The demo server takes orders from this machine only, and while it runs.");
    SWITCHES.forEach(({ isOn }, i) => {
      const button = buttons[i];
      if (button && trouble) button.ariaPressed = String(isOn(trouble));
    });
  }

  async function refresh() {
    try {
      await session.refresh();
    } catch (error) {
      journal.write("refresh now", isSessionError(error) ? error.code : "failed");
    }
  }

  whileVisible(5000, async () => show(await readTrouble()), signal);
  return h(
    "section",
    { class: "panel-part", "aria-labelledby": "trouble-title" },
    h("h3", { id: "trouble-title" }, "Make trouble"),
    h(
      "div",
      { class: "switches" },
      ...buttons,
      h("button", { type: "button", class: "button", onclick: refresh }, "Refresh now"),
    ),
    note,
  );
}
