"use client";

import type { ReactNode } from "react";
import { SessionProvider, useSession, useSessionObject } from "sojourn/react";
import { session, signIn } from "@/lib/session";
import { Warning } from "./warning";

export function SessionArea({ children }: { children: ReactNode }) {
  return (
    <SessionProvider session={session}>
      <main>{children}</main>
      <Warning />
    </SessionProvider>
  );
}

export function SignIn() {
  return (
    <form action={signIn}>
      <p>Nobody is signed in.</p>
      <label>
        User name <input name="username" />
      </label>
      <label>
        Password <input name="password" type="password" />
      </label>
      <button type="submit">Sign in</button>
    </form>
  );
}

export function SignOut() {
  const name = useSession((state) => ("user" in state ? state.user?.name : undefined));
  const { logout } = useSessionObject();
  return (
    <>
      <p>{name} is signed in.</p>
      <button type="button" onClick={() => logout()}>
        Sign out
      </button>
    </>
  );
}
