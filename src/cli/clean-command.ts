/** `dlf-lance clean`: removes what can be made again. */
import { Command } from "./commander.ts";

export function cleanCommand(): Command {
  return new Command("clean")
    .description(
      "remove what is kept outside of this folder and can be made again; no kernel, and no lake's data",
    )
    .action(async () => {
      const { cleanCache } = await import("../kernel/install/kernel-status.ts");
      for (const path of cleanCache()) process.stdout.write(`removed: ${path}\n`);
    });
}
