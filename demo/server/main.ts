import { StoreUnavailable } from "../../src/backend/store/store.js";
import { ConfigError, readConfig } from "./config.js";
import { startServer } from "./start.js";

try {
  const server = await startServer(readConfig(process.env));
  console.log(`Sojourn demo on http://localhost:${server.port}`);

  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    // Once: a second Ctrl+C ends a server that will not go.
    process.once(signal, () => {
      server.stop().catch((error: unknown) => {
        console.error(error);
        process.exitCode = 1;
      });
    });
  }
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}

function explain(error: unknown): unknown {
  if (error instanceof ConfigError || error instanceof StoreUnavailable) return error.message;
  if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") {
    const { address, port } = error as NodeJS.ErrnoException & { address: string; port: number };
    return `Port ${port} is taken on ${address}. Stop what runs there, or choose another with PORT.`;
  }
  return error;
}
