/** The address that a worker's file has in the built site (https://vite.dev/guide/features#import-with-query-suffixes). */
declare module "*?worker&url" {
  const url: string;
  export default url;
}
