import { useIdle } from "@vueuse/core";
import { createApp } from "vue";

export default function start(): void {
  const app = createApp({
    setup() {
      const { idle } = useIdle(15 * 60_000);
      return () => String(idle.value);
    },
  });
  app.mount(document.body.appendChild(document.createElement("div")));
}
