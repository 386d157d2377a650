import "sojourn/element";
import { entered, session, signIn, words } from "./common/session.js";

const who = document.querySelector("#who");
const form = document.querySelector("#sign-in");
const signOut = document.querySelector("#sign-out");

session.subscribe((state) => {
  const known = state.status !== "unknown";
  who.textContent = words(state);
  form.hidden = !known || "user" in state;
  signOut.hidden = !known || !("user" in state);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void signIn(entered(form));
});
signOut.onclick = () => session.logout();
document.querySelector("session-warning").session = session;
void session.start();
