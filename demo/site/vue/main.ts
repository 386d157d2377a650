import { sessionPlugin } from "sojourn/vue";
import { createApp } from "vue";
import { openHandover } from "../shell/open.js";
import App from "./app.vue";
import { placeKey } from "./handover.js";

await openHandover((frame, handover) => {
  const app = createApp(App);
  // The frame starts it, in every build alike.
  app.use(sessionPlugin, { session: handover.session, autoStart: false });
  app.provide(placeKey, { frame, handover });
  app.mount(frame.place);
  return () => app.unmount();
});
