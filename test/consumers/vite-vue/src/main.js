import { sessionPlugin } from "sojourn/vue";
import { createApp } from "vue";
import App from "./App.vue";
import { session } from "./common/session.js";

createApp(App)
  .use(sessionPlugin, { session })
  .mount(document.body.appendChild(document.createElement("div")));
