import type { ReactNode } from "react";
import { clinic, wards } from "../app/texts.js";
import { BrandMark } from "./brand-mark.js";

/** The notebook, closed: its cover with the label, and beside it what there is to say. */
export function BookCover({ children }: { children: ReactNode }) {
  return (
    <div className="closed-book">
      <div className="book-cover">
        <div className="book-label">
          <BrandMark />
          <p className="book-title">Handover</p>
          <p className="book-line">{clinic}</p>
          <p className="book-line">{wards}</p>
        </div>
      </div>
      <div className="beside">{children}</div>
    </div>
  );
}
