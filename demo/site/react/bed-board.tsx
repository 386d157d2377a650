import { bedStatus, transferTitle } from "../app/texts.js";
import { wardsOf } from "../app/wards.js";
import { usePlace, useReadable } from "./handover.js";

/** The beds as they stand on the ward. A bed is a way to begin a note about it. */
export function BedBoard({ about }: { about: (bedId: string) => void }) {
  const { notebook, transfer } = usePlace().handover;
  const { beds } = useReadable(notebook);
  return (
    <section className="board" aria-labelledby="board-title">
      <h2 id="board-title" className="visually-hidden">
        Beds
      </h2>
      <div className="wards">
        {wardsOf(beds).map((ward) => (
          <div className="ward" key={ward.name}>
            <h3>
              {ward.name}
              <span className="ward-count">{ward.count}</span>
            </h3>
            <ul className="beds">
              {ward.beds.map(({ id, patient, status }) => (
                <li key={id}>
                  <button type="button" className="bed" data-status={status} onClick={() => about(id)}>
                    <span className="visually-hidden">Write about bed </span>
                    <span className="bed-id">{id}</span>
                    <span className="bed-patient">{patient ?? "–"}</span>
                    <span className="bed-status">{bedStatus[status]}</span>
                  </button>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </div>
      <button type="button" className="button transfer" onClick={transfer.open}>
        {transferTitle}
      </button>
    </section>
  );
}
