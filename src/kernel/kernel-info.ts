import { readFileSync } from "node:fs";
import { protocolVersion } from "./message.ts";
import { compilerVersion } from "./tslab.ts";
import type { Content } from "./wire.ts";

/** The answer to `kernel_info_request`; loads nothing. */
export function describeKernel(): Content {
  const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const { name, version } = JSON.parse(manifest) as { name: string; version: string };
  return {
    status: "ok",
    protocol_version: protocolVersion,
    implementation: name,
    implementation_version: version,
    language_info: {
      name: "typescript",
      version: compilerVersion(),
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: { mode: "typescript", name: "javascript", typescript: true },
      nbconvert_exporter: "script",
    },
    banner: `${name} ${version}: TypeScript notebooks on Node ${process.versions.node}`,
    help_links: [],
    supported_features: [],
  };
}
