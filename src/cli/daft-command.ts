/** `dlf-lance daft`: the Python environment in which frames run on Daft. */
import { Command } from "./commander.ts";

interface InstallCommandOptions {
  readonly venv?: string;
  readonly python?: string;
  readonly ray?: boolean;
}

export function daftCommand(): Command {
  return new Command("daft")
    .description("run frames on Daft, in a separate process")
    .addCommand(
      new Command("install")
        .description("make the Python environment with Daft, or bring it up to date; about 650 MB")
        .option("--ray", "with Ray, to run frames on a cluster; about 350 MB more")
        .option("--venv <dir>", "the environment's folder; name its python in DLF_LANCE_DAFT_PYTHON then")
        .option("--python <command>", "the Python 3.10 or newer it is made with", "python3")
        .action(install),
    );
}

async function install({ venv, python, ray }: InstallCommandOptions): Promise<void> {
  const { installDaft } = await import("../daft/environment.ts");
  process.stdout.write("Installing Daft: this takes a minute or two\n");
  const interpreter = await installDaft({ folder: venv, python, withRay: ray === true });
  process.stdout.write(`Daft is installed: ${interpreter}\n`);
}
