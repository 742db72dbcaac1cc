/** The cells of `live-language.test.ts` in a kernel of the installed tarball, three folders deep in an empty one. */
import { join } from "node:path";
import { installPackage } from "../installed-package.ts";

const { project } = await installPackage();
process.env.DLF_LANCE_TEST_KERNEL = join(project, "node_modules", "dlf-lance", "dist", "run-kernel.js");
await import("./live-language.test.ts");
