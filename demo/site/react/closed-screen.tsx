import { useEffect, useState } from "react";
import type { EndedState } from "sojourn/react";
import { readNewcomer } from "../app/newcomer.js";
import { newcomerTitle, unconfirmed, whyClosed } from "../app/texts.js";
import { BookCover } from "./book-cover.js";
import { usePlace, useReadable } from "./handover.js";
import { PageHeading } from "./page-heading.js";
import { SignInForm } from "./sign-in-form.js";

/** The session is over: why, and the way back in, right here. The same person finds the draft again. */
export function ClosedScreen({ reason, origin }: Pick<EndedState, "reason" | "origin">) {
  const { limits, signOut } = usePlace().handover;
  const open = useReadable(signOut.unconfirmed);
  const { title, text } = whyClosed({ name: "closed", reason, origin }, limits);
  if (reason === "replaced") return <Replaced title={title} text={text} />;
  return (
    <BookCover>
      <PageHeading>{title}</PageHeading>
      <p className="lead">{text}</p>
      <p className="notice" role="status">
        {open && unconfirmed}
      </p>
      <SignInForm />
    </BookCover>
  );
}

/** Nothing on this page is theirs who have signed in: they get a new one. */
function Replaced({ title, text }: { title: string; text: string }) {
  const [name, setName] = useState<string>();
  useEffect(() => {
    void readNewcomer().then(setName);
  }, []);
  return (
    <BookCover>
      <PageHeading>{name ? newcomerTitle(name) : title}</PageHeading>
      <p className="lead">{text}</p>
      <p className="actions">
        <button type="button" className="button primary" onClick={() => location.reload()}>
          Continue
        </button>
      </p>
    </BookCover>
  );
}
