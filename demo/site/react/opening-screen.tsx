/** Neutral: it could become anything. It shows itself only when finding out takes long enough to be noticed. */
export function OpeningScreen() {
  return (
    <div className="opening">
      <p className="visually-hidden" role="status">
        Opening Handover…
      </p>
      <div className="opening-sheet" aria-hidden="true" />
    </div>
  );
}
