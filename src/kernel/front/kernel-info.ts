import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { packageFolder } from "../../package-folder.ts";
import { protocolVersion } from "../wire/message.ts";
import type { Content } from "./exit.ts";

/** The answer to `kernel_info_request`; loads nothing. */
export function describeKernel(): Content {
  const { name, version } = readManifest(join(packageFolder, "package.json"));
  const compiler = readManifest(createRequire(import.meta.url).resolve("typescript/package.json"));
  return {
    status: "ok",
    protocol_version: protocolVersion,
    implementation: name,
    implementation_version: version,
    language_info: {
      name: "typescript",
      version: compiler.version,
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: { mode: "typescript", name: "javascript", typescript: true },
      nbconvert_exporter: "script",
    },
    banner: `${name} ${version}: TypeScript notebooks on Node ${process.versions.node}`,
    help_links: [],
    // Of a debugger, that is: the list of variables.
    supported_features: ["debugger"],
  };
}

function readManifest(file: string): { readonly name: string; readonly version: string } {
  return JSON.parse(readFileSync(file, "utf8")) as { name: string; version: string };
}
