/** The command `dlf-lance`. Each subcommand loads only what it runs. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "../package-folder.ts";
import { z } from "../zod.ts";
import { Command } from "./commander.ts";
import { daftCommand } from "./daft-command.ts";
import { doctorCommand } from "./doctor-command.ts";
import { kernelCommand } from "./kernel-command.ts";
import { localCommand } from "./local-command.ts";
import { typesCommand } from "./types-command.ts";

const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")));

const program = new Command("dlf-lance")
  .description("DLF-managed Lance tables in TypeScript notebooks")
  .version(version)
  .addCommand(localCommand())
  .addCommand(kernelCommand())
  .addCommand(typesCommand())
  .addCommand(daftCommand())
  .addCommand(doctorCommand(version));

// Whoever reads the output may have seen enough, as in: dlf-lance doctor | head
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
}

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`dlf-lance: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
