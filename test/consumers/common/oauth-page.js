import { session } from "./oauth-session.js";

const redirectUri = `${location.origin}/oauth-app/`;
const base64url = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(
    /[+/=]/g,
    (it) => ({ "+": "-", "/": "_" })[it] ?? "",
  );

const who = document.querySelector("#who");
session.subscribe((state) => {
  if (state.status !== "unknown")
    who.textContent = "user" in state ? "Somebody is signed in." : "Nobody is signed in.";
});

document.querySelector("#in").onclick = async () => {
  const codeVerifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
  sessionStorage.setItem("verifier", codeVerifier);
  const challenge = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(codeVerifier));
  const query = new URLSearchParams({
    ...{ response_type: "code", client_id: "handover-spa", redirect_uri: redirectUri, state: "x" },
    ...{ code_challenge: base64url(challenge), code_challenge_method: "S256" },
  });
  location.assign(`/oauth/authorize?${query}`);
};
document.querySelector("#out").onclick = () => session.logout();
document.querySelector("#call").onclick = async () => {
  const reply = await session.fetch("/oauth/api/profile");
  document.querySelector("#said").textContent = `The API said ${reply.status}.`;
};

const code = new URLSearchParams(location.search).get("code");
history.replaceState(null, "", redirectUri);
await session.start(
  code ? { exchange: { code, codeVerifier: sessionStorage.getItem("verifier"), redirectUri } } : undefined,
);
