import { brandLines } from "../app/brand.js";
import { svg } from "./h.js";

const picture = (viewBox: string, className: string, ...parts: SVGElement[]) =>
  svg("svg", { viewBox, class: className, "aria-hidden": "true", focusable: "false" }, ...parts);

export const brandMark = (): SVGElement =>
  picture(
    "0 0 32 32",
    "brand-mark",
    svg("rect", { width: 32, height: 32, rx: 7, class: "brand-mark-ground" }),
    svg("path", { d: brandLines, class: "brand-mark-lines" }),
  );

/** Three gauges. */
export const gaugesIcon = (): SVGElement =>
  picture("0 0 20 20", "icon", svg("path", { d: "M3 5h14M3 10h9M3 15h5" }));

export const crossIcon = (): SVGElement =>
  picture("0 0 20 20", "icon", svg("path", { d: "M5 5l10 10M15 5L5 15" }));

/** Angle brackets. */
export const toolsIcon = (): SVGElement =>
  picture("0 0 20 20", "icon", svg("path", { d: "M7 5l-5 5 5 5M13 5l5 5-5 5" }));
