import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { SessionProvider } from "sojourn/react";
import { openHandover } from "../shell/open.js";
import { App } from "./app.js";
import { PlaceContext } from "./handover.js";

await openHandover((frame, handover) => {
  const root = createRoot(frame.place);
  root.render(
    <StrictMode>
      {/* The frame starts it, in every build alike. */}
      <SessionProvider session={handover.session} autoStart={false}>
        <PlaceContext value={{ frame, handover }}>
          <App />
        </PlaceContext>
      </SessionProvider>
    </StrictMode>,
  );
  return () => root.unmount();
});
