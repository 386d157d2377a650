import { type FormEvent, Fragment, type RefObject, useState } from "react";
import type { Priority } from "../app/api.js";
import type { Person } from "../app/session.js";
import { draftStatus, priorities } from "../app/texts.js";
import { bedName, wardsOf } from "../app/wards.js";
import { usePlace, useReadable } from "./handover.js";

interface NoteFormProps {
  user: Person;
  text: RefObject<HTMLTextAreaElement | null>;
}

/** The next line of the notebook. What is typed goes to the draft, and the draft goes to the server. */
export function NoteForm({ user, text }: NoteFormProps) {
  const { draft, notebook, addNote } = usePlace().handover;
  const { beds } = useReadable(notebook);
  const state = useReadable(draft);
  const { entry } = state;
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    const failed = await addNote();
    setBusy(false);
    setProblem(failed);
    if (!failed) text.current?.focus();
  }

  return (
    <form className="composer" aria-label="New note" onSubmit={submit}>
      <p className="composer-margin" aria-hidden="true">
        Now
      </p>
      <div className="composer-head">
        <div className="field inline">
          <label htmlFor="note-bed">Bed</label>
          <select
            id="note-bed"
            required
            value={entry.bedId}
            onChange={({ target }) => draft.change({ bedId: target.value })}
          >
            <option value="">Choose a bed</option>
            {wardsOf(beds).map((ward) => (
              <optgroup label={ward.name} key={ward.name}>
                {ward.beds.map((bed) => (
                  <option value={bed.id} key={bed.id}>
                    {bedName(bed)}
                  </option>
                ))}
              </optgroup>
            ))}
          </select>
        </div>
        <fieldset className="segments">
          <legend>Priority</legend>
          {(Object.keys(priorities) as Priority[]).map((priority) => (
            <Fragment key={priority}>
              <input
                type="radio"
                name="priority"
                id={`note-priority-${priority}`}
                value={priority}
                checked={entry.priority === priority}
                onChange={() => draft.change({ priority })}
              />
              <label htmlFor={`note-priority-${priority}`} data-priority={priority}>
                {priorities[priority]}
              </label>
            </Fragment>
          ))}
        </fieldset>
      </div>
      <label htmlFor="note-text">Note</label>
      <textarea
        id="note-text"
        rows={4}
        maxLength={2000}
        required
        ref={text}
        value={entry.text}
        onChange={({ target }) => draft.change({ text: target.value })}
      />
      <p className="problem" role="alert">
        {problem}
      </p>
      <div className="composer-foot">
        <p className="draft-status" role="status">
          {draftStatus(state)}
        </p>
        <p className="signature">{`Signed ${user.name}`}</p>
        <button type="submit" className="button primary" aria-disabled={busy}>
          Add note
        </button>
      </div>
    </form>
  );
}
