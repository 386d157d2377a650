const server = process.env.SESSION_SERVER;
const routes = ["/login", "/session", "/session/touch", "/refresh", "/logout"];

export default defineNuxtConfig({
  compatibilityDate: "2026-01-01",
  telemetry: false,
  vue: { compilerOptions: { isCustomElement: (tag: string) => tag === "session-warning" } },
  routeRules: Object.fromEntries(routes.map((route) => [route, { proxy: server + route }])),
});
