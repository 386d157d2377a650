/** It has no types of its own, and is CommonJS with a default export. */
declare module "activity-detector" {
  const detector: { default(options?: { timeToIdle?: number }): unknown };
  export default detector;
}
