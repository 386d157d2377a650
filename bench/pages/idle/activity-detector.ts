/// <reference path="./untyped.d.ts" />
import detector from "activity-detector";

export default function start(): void {
  detector.default({ timeToIdle: 15 * 60_000 });
}
