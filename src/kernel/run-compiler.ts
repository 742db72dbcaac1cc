/** What the compiler's process runs that starts without a snapshot. */
import { serveCompiler } from "./serve-compiler.ts";

serveCompiler();
