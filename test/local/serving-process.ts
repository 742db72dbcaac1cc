import { serveLocalLake } from "../../src/local/serve-local.ts";

// Modes bind no superuser: a test of what others may do runs as somebody else.
if (process.argv[3] !== undefined) process.setuid?.(Number(process.argv[3]));
const stop = new AbortController();
process.once("SIGINT", () => stop.abort());
await serveLocalLake({ data: process.argv[2] ?? "" }, { stdout: process.stdout, signal: stop.signal });
