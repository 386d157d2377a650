const { bff, createSession, readBffSession } = Sojourn;
const session = createSession({ server: bff(), idle: { timeout: "28s", warning: "20s" } });

const find = (id) => document.getElementById(id);
const form = find("sign-in");

session.subscribe((state) => {
  const signedIn = "user" in state;
  find("who").textContent = signedIn ? `${state.user?.name} is signed in.` : "Nobody is signed in.";
  form.hidden = signedIn || state.status === "unknown";
  find("sign-out").hidden = !signedIn;
  if (state.status === "warning") find("warning").showModal();
  else find("warning").close();
});
find("stay").onclick = () => session.extend();
find("sign-out").onclick = () => session.logout();
form.onsubmit = async (event) => {
  event.preventDefault();
  const reply = await fetch("/login", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Sojourn": "1" },
    body: JSON.stringify(Object.fromEntries(new FormData(form))),
  });
  await session.start(readBffSession(await reply.json()));
};
session.start();
