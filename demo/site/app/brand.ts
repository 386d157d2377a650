/** The lines of the brand: an H whose bar is an arrow, from one shift to the next. On 32 × 32. */
export const brandLines = "M9 7v18M23 7v18M9 16h8.5M14.5 12l4 4-4 4";
