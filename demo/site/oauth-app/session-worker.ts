import { keepTokens } from "sojourn/worker";
import { serverFor } from "./server.js";

// Which session, and whether its tokens are bound to a key: as the page that has started this says.
const query = new URLSearchParams(location.search);
const name = query.get("name") ?? "default";
keepTokens({ name, server: serverFor(name, query.has("dpop")).server });
