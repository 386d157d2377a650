import { type ReactNode, useEffect, useRef } from "react";
import { usePlace } from "./handover.js";

/** The heading of a screen: it is where one arrives. */
export function PageHeading({ children }: { children: ReactNode }) {
  const { arrive } = usePlace().frame;
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (ref.current) arrive(ref.current);
  }, [arrive]);
  return (
    <h1 ref={ref} tabIndex={-1}>
      {children}
    </h1>
  );
}
