import { SessionGate } from "sojourn/react";
import { SessionArea, SignIn, SignOut } from "./session-area";

/** Rendered on the server, but for what belongs to the browser. */
export default function Page() {
  return (
    <SessionArea>
      <SessionGate fallback={<p>One moment …</p>} signedOut={<SignIn />}>
        <SignOut />
      </SessionGate>
    </SessionArea>
  );
}
