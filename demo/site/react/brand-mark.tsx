import { brandLines } from "../app/brand.js";

export function BrandMark() {
  return (
    <svg viewBox="0 0 32 32" className="brand-mark" aria-hidden="true" focusable="false">
      <rect width={32} height={32} rx={7} className="brand-mark-ground" />
      <path d={brandLines} className="brand-mark-lines" />
    </svg>
  );
}
