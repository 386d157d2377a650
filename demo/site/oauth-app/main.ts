import { giveBack } from "./code-flow.js";
import { start } from "./start.js";

if (!giveBack()) await start();
