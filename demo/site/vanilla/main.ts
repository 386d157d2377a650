import { openHandover } from "../shell/open.js";
import { drawApp } from "./app.js";

await openHandover((frame, handover) => {
  const life = new AbortController();
  drawApp(frame, handover, life.signal);
  return () => life.abort();
});
