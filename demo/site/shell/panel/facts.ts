import type { Handover } from "../../app/handover.js";
import { asClock } from "../../app/time.js";
import { whileVisible } from "../../app/while-visible.js";
import { h, say, watch } from "../h.js";

/** The state in a word, and what is behind it. */
export function facts({ session }: Handover, signal: AbortSignal): HTMLElement {
  const status = h("span", { class: "lamp" });
  const connection = h("span", { class: "lamp small" });
  const values = {
    epoch: h("dd"),
    sequence: h("dd"),
    storage: h("dd"),
    refresh: h("dd"),
  };
  const names: Record<keyof typeof values, string> = {
    epoch: "Epoch",
    sequence: "Sequence",
    storage: "Record in",
    refresh: "Next refresh",
  };

  const show = () => {
    const state = session.getState();
    const { record, storage, refreshAt, now } = session.inspect();
    status.dataset.status = state.status;
    connection.dataset.connection = state.connection;
    say(status, state.status === "ended" ? `ended: ${state.reason}` : state.status);
    say(
      connection,
      state.connection === "ok" ? "connection ok" : `retrying, ${record?.failures ?? 0} failed`,
    );
    say(values.epoch, String(record?.epoch ?? "–"));
    say(values.sequence, String(record?.live ? record.sequence : "–"));
    say(values.storage, storage === "memory" ? "memory" : "IndexedDB");
    const due = refreshAt - now;
    say(values.refresh, Number.isFinite(due) ? `in ${asClock(Math.max(0, due))}` : "–");
  };
  watch(session, show, signal);
  whileVisible(1000, show, signal);

  return h(
    "section",
    { class: "panel-part", "aria-label": "State" },
    h("p", { class: "lamps" }, status, connection),
    h(
      "dl",
      { class: "facts" },
      ...Object.entries(values).map(([key, value]) =>
        h("div", {}, h("dt", {}, names[key as keyof typeof values]), value),
      ),
    ),
  );
}
