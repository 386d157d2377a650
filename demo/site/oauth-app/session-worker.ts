import { keepTokens } from "sojourn/worker";
import { server } from "./server.js";

keepTokens({ server });
