import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { useIdleTimer } from "react-idle-timer";

function Watch() {
  useIdleTimer({ timeout: 15 * 60_000, promptBeforeIdle: 2 * 60_000 });
  return null;
}

export default function start(): void {
  createRoot(document.body.appendChild(document.createElement("div"))).render(createElement(Watch));
}
