/** Applications bundle modules. Without this the bundle is a classic script, with a stand-in for what is ignored. */
const modifyEsbuildConfig = (config) => ({ ...config, format: "esm" });

/** Ways of keeping tokens: loaded by who has some. */
const custody = ["../lazy/hand-over.js", "../lazy/sealed.js", "../lazy/in-worker.js", "./cipher.js"];

/** A preset alone, with all that it needs: `test/presets/size.test.ts` has what it costs beside what it shares. */
const presets = {
  bff: "0.85 kB",
  oauth2: "1.1 kB",
  keycloak: "1.25 kB",
  supabase: "1.15 kB",
  supertokens: "1 kB",
  authjs: "0.85 kB",
  betterAuth: "0.85 kB",
  duende: "1.05 kB",
  aspnetIdentity: "0.85 kB",
  sanctum: "0.75 kB",
  allauth: "0.85 kB",
  kratos: "0.75 kB",
  oauth2Proxy: "0.75 kB",
  expiresAt: "0.75 kB",
};

const limits = [
  {
    name: "sojourn: what the entry loads at once, dependencies included",
    path: "dist/index.js",
    limit: "6 kB",
    ignore: ["../lazy/*", "./lazy/*", "broadcast-channel"],
  },
  {
    name: "sojourn: everything for a session in cookies, with the part that follows lazily",
    path: "dist/index.js",
    limit: "19.5 kB",
    ignore: [...custody, "broadcast-channel"],
  },
  {
    name: "sojourn: everything, every way of keeping tokens included",
    path: "dist/index.js",
    limit: "23 kB",
    ignore: ["broadcast-channel"],
  },
  {
    name: "sojourn/warning: what the element, React and Vue share",
    path: "dist/warning.js",
    limit: "0.5 kB",
  },
  {
    name: "sojourn/element: what the entry loads at once, the headless warning included",
    path: "dist/element.js",
    limit: "3.5 kB",
    ignore: ["./lazy/*"],
  },
  {
    name: "sojourn/element: everything in English, with the dialog that follows lazily",
    path: "dist/element.js",
    limit: "6.1 kB",
    ignore: [
      ...["ar", "cy", "de", "es", "fr", "hi", "ja", "pt", "zh", "alerts"].map((part) => `./${part}.js`),
    ],
  },
  {
    name: "sojourn/dpop: everything, dependencies included",
    path: "dist/dpop.js",
    limit: "3.3 kB",
  },
  {
    name: "sojourn/devtools: the panel, with the decisions of the core that it makes again",
    path: "dist/devtools.js",
    limit: "11 kB",
  },
  {
    name: "sojourn/worker: everything, in a file of its own",
    path: "dist/worker.js",
    limit: "6 kB",
  },
  {
    name: "sojourn/react: the binding alone, beside sojourn/warning",
    path: "dist/react.js",
    limit: "0.65 kB",
    ignore: ["react", "./warning.js"],
  },
  {
    name: "sojourn/vue: the binding alone, beside sojourn/warning",
    path: "dist/vue.js",
    limit: "0.65 kB",
    ignore: ["vue", "./warning.js"],
  },
];

for (const [name, limit] of Object.entries(presets))
  limits.push({
    name: `sojourn/presets: ${name} alone`,
    path: "dist/presets.js",
    import: `{ ${name} }`,
    limit,
  });

export default limits.map((limit) => ({ ...limit, modifyEsbuildConfig }));
