import type { Handover } from "../app/handover.js";
import { sessionsStatus, sessionsText, sessionsTitle } from "../app/texts.js";
import { h, hold, say, watch } from "./h.js";
import { modal } from "./modal.js";
import { sessionList } from "./session-list.js";

/** Where the user is signed in, and the way out of each. The same in every build: it is opened by a button of the header. */
export function yourSessionsDialog({ yourSessions }: Handover): void {
  modal(
    "sessions-title",
    yourSessions,
    ({ open }) => open,
    yourSessions.close,
    (life) => {
      const why = h("p", { id: "sessions-why" }, sessionsText);
      const status = h("p", { role: "status" });
      const problem = h("p", { class: "problem", role: "alert" });
      const button = (words: string, className: string, onclick: () => void) =>
        h("button", { type: "button", class: className, onclick }, words);
      const refresh = button("Refresh", "button small", yourSessions.refresh);
      const others = button("Sign out everywhere else", "button", yourSessions.endOthers);
      const list = sessionList(yourSessions);

      watch(
        yourSessions,
        (state) => {
          hold(refresh, state.under !== undefined, state.under === "list");
          hold(others, state.under !== undefined, state.under === "others");
          const hadFocus = others === document.activeElement;
          others.hidden = !state.list?.some(({ current }) => !current);
          list.show(state);
          if (hadFocus && others.hidden) list.focus();
          say(status, sessionsStatus(state));
          say(problem, state.problem);
        },
        life,
      );
      return {
        title: sessionsTitle,
        describedBy: why.id,
        children: [
          why,
          h("div", { class: "sessions-head" }, status, refresh),
          list.element,
          problem,
          h("div", { class: "actions" }, others, button("Close", "button", yourSessions.close)),
        ],
      };
    },
  );
}
