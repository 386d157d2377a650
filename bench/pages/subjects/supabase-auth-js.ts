import { AuthClient } from "@supabase/auth-js";
import { type Subject, withToken } from "../subject.js";

/** As `createClient()` of supabase-js makes it. */
const client = new AuthClient({
  url: location.origin,
  headers: { apikey: "publishable" },
  storageKey: "sb-bench-auth-token",
  autoRefreshToken: true,
  persistSession: true,
  detectSessionInUrl: false,
});

async function tokenNow(): Promise<string | undefined> {
  return (await client.getSession()).data.session?.access_token;
}

export default {
  async signIn() {
    const { error } = await client.signInWithPassword({ email: "ada@example.com", password: "lovelace" });
    if (error) throw error;
  },
  start: () => client.getSession(),
  async call() {
    const response = await withToken(await tokenNow());
    if (response.status !== 401) return response;
    const { data } = await client.refreshSession();
    return withToken(data.session?.access_token);
  },
  refresh: () => client.refreshSession(),
  token: tokenNow,
  signOut: () => client.signOut({ scope: "local" }),
  onEnd: (then) => void client.onAuthStateChange((event) => event === "SIGNED_OUT" && then()),
} satisfies Subject;
