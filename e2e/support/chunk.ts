/**
 * The address of a file that Vite names after one of these and a hash of what is in it. Any letter of the hash can be
 * a "-", so it is by length that `session-…` is told from `session-worker-…`.
 * @see https://rollupjs.org/configuration-options/#output-chunkfilenames
 */
export const chunk = (...names: [string, ...string[]]): RegExp =>
  new RegExp(`/(${names.join("|")})-[\\w-]{8}\\.js$`);
