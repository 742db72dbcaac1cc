import { serveLocalLake } from "../../src/local/serve-local.ts";

const stop = new AbortController();
process.once("SIGINT", () => stop.abort());
await serveLocalLake({ data: process.argv[2] ?? "" }, { stdout: process.stdout, signal: stop.signal });
