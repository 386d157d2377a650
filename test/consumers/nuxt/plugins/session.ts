import { sessionPlugin } from "sojourn/vue";
import { session } from "../common/session.js";

/** Also where a page is rendered, where it does nothing. */
export default defineNuxtPlugin(({ vueApp }) => {
  vueApp.use(sessionPlugin, { session });
});
