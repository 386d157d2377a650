/**
 * Whether this is the build that bundlers take while one develops (the `development` condition of `exports`). Here it is
 * not, so that sources behave as production does; the other build replaces this file (rollup.config.mjs).
 */
export const development: boolean = false;
