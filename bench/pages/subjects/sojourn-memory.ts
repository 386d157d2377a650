import { sojournWith } from "../sojourn.js";

export default sojournWith("memory");
