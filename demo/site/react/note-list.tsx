import type { Note } from "../app/api.js";
import { priorities } from "../app/texts.js";
import { dayOf, timeOfDay } from "../app/time.js";
import { usePlace, useReadable } from "./handover.js";

/** What was handed over, the newest first. */
export function NoteList() {
  return (
    <section aria-labelledby="notes-title">
      <h2 id="notes-title" className="visually-hidden">
        Notes
      </h2>
      <div className="note-list">
        <Content />
      </div>
    </section>
  );
}

function Content() {
  const { notebook } = usePlace().handover;
  const { status, notes } = useReadable(notebook);
  if (status === "failed")
    return (
      <div className="empty" role="alert">
        <p>The notes could not be loaded.</p>
        <button type="button" className="button" onClick={() => void notebook.load()}>
          Try again
        </button>
      </div>
    );
  if (status === "loading") return <p className="empty">Turning to today's page…</p>;
  if (notes.length === 0) return <p className="empty">Nothing yet. Write the first note of this shift.</p>;
  return (
    <ol className="notes">
      {notes.map((note) => (
        <li key={note.id}>
          <NoteEntry {...note} />
        </li>
      ))}
    </ol>
  );
}

function NoteEntry({ bedId, text, priority, author, writtenAt }: Note) {
  return (
    <article className="note" data-priority={priority}>
      <p className="note-when">
        <time dateTime={new Date(writtenAt).toISOString()}>{timeOfDay(writtenAt)}</time>
        <span>{dayOf(writtenAt)}</span>
      </p>
      <div className="note-what">
        <p className="note-about">
          <span className="plate">{bedId}</span>
          {priority !== "routine" && <span className="tag">{priorities[priority]}</span>}
          <span className="note-author">{author}</span>
        </p>
        <p className="note-text">{text}</p>
      </div>
    </article>
  );
}
