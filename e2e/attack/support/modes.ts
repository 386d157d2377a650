interface Mode {
  readonly path: string;
  /** The session's name. */
  readonly name: string;
  /** The page has the tokens, or there are cookies in their place, or a worker has them. */
  readonly where: "cookie" | "page" | "worker";
}

/** The ways of keeping a session that the demo has. */
export const modes = {
  none: { path: "/", name: "default", where: "cookie" },
  memory: { path: "/oauth-app/?tokens=memory", name: "oauth-memory", where: "page" },
  sealed: { path: "/oauth-app/?tokens=sealed", name: "oauth-sealed", where: "page" },
  worker: { path: "/oauth-app/?tokens=worker", name: "oauth-worker", where: "worker" },
  "dedicated-worker": {
    ...{ path: "/oauth-app/?tokens=dedicated-worker", name: "oauth-dedicated-worker", where: "worker" },
  },
} as const satisfies Record<string, Mode>;

export type ModeName = keyof typeof modes;
export const every = Object.keys(modes) as ModeName[];

/** Something of a session that works: the status of a call that needs it. */
export const callOf = (mode: ModeName) => (mode === "none" ? "/api/notes" : "/oauth/userinfo");
