import { useRef, useState } from "react";
import type { Person } from "../app/session.js";
import { longDay, shiftAt } from "../app/time.js";
import { BedBoard } from "./bed-board.js";
import { usePlace } from "./handover.js";
import { NoteForm } from "./note-form.js";
import { NoteList } from "./note-list.js";
import { PageHeading } from "./page-heading.js";

/** The working screen: the beds on the one side, the notebook on the other. */
export function NotebookScreen({ user }: { user: Person }) {
  const { draft } = usePlace().handover;
  const [now] = useState(Date.now);
  const text = useRef<HTMLTextAreaElement>(null);
  function about(bedId: string) {
    draft.change({ bedId });
    text.current?.focus();
  }
  return (
    <div className="workspace">
      <header className="page-head">
        <PageHeading>{shiftAt(now)}</PageHeading>
        <p className="page-date">{longDay(now)}</p>
      </header>
      <BedBoard about={about} />
      <div className="book">
        <NoteForm user={user} text={text} />
        <NoteList />
      </div>
    </div>
  );
}
