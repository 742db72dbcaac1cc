/** `dlf-lance kernel`: what Jupyter knows of us. */
import type { EngineName } from "../kernel/install/install-kernel.ts";
import type { JupyterPlace } from "../kernel/install/jupyter-folders.ts";
import type { StatusOptions } from "../kernel/install/kernel-status.ts";
import { Command, Option } from "./commander.ts";

export function kernelCommand(): Command {
  return new Command("kernel")
    .description("the Jupyter kernel")
    .addCommand(installCommand())
    .addCommand(uninstallCommand())
    .addCommand(listCommand())
    .addCommand(statusCommand());
}

/** A command on the kernels in one of Jupyter's folders. */
function placedCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option("--user", "in the Jupyter data folder of this user")
    .option("--sys-prefix", "in the Python environment that is active")
    .option("--prefix <dir>", "in DIR/share/jupyter/kernels, such as a virtual environment");
}

type NamedPlace = JupyterPlace & { readonly name?: string };
type InstallChoices = NamedPlace & {
  readonly displayName?: string;
  readonly engine: EngineName;
  readonly maxOldSpaceSize?: number;
  readonly force: boolean;
};

function installCommand(): Command {
  return placedCommand("install", "write the kernelspec where Jupyter finds it")
    .addOption(
      new Option(
        "--engine <name>",
        "what runs the cells: our kernel, or plain tslab with this package in reach",
      )
        .choices(["dlf-lance", "tslab"])
        .default("dlf-lance"),
    )
    .option("--name <name>", 'folder name of the kernel, "dlf-lance" or "dlf-lance-tslab" by default')
    .option("--display-name <name>", "name that front ends show")
    .option("--max-old-space-size <mb>", "megabytes that the values of cells may take", Number)
    .option("--force", "replace a kernel of that name", false)
    .action(async (options: InstallChoices) => {
      const { installKernel } = await import("../kernel/install/install-kernel.ts");
      const installed = await installKernel(options);
      process.stdout.write(`kernel installed: ${installed.folder}\n`);
    });
}

function uninstallCommand(): Command {
  return placedCommand("uninstall", "remove a kernel that was installed")
    .option("--name <name>", "folder name of the kernel", "dlf-lance")
    .action(async (options: NamedPlace) => {
      const { uninstallKernel } = await import("../kernel/install/install-kernel.ts");
      process.stdout.write(`kernel removed: ${await uninstallKernel(options)}\n`);
    });
}

function listCommand(): Command {
  return placedCommand("list", "the kernels that are installed: name and folder").action(
    async (options: JupyterPlace) => {
      const { listKernels } = await import("../kernel/install/install-kernel.ts");
      for (const { name, folder } of await listKernels(options)) process.stdout.write(`${name}\t${folder}\n`);
    },
  );
}

function statusCommand(): Command {
  return placedCommand("status", "which kernels start this package, and with which Node")
    .option("--all", "also kernels of other copies of this package, in every environment")
    .action(async (options: StatusOptions) => {
      const { describeStatus } = await import("../kernel/install/kernel-status.ts");
      for (const line of await describeStatus(options)) process.stdout.write(`${line}\n`);
    });
}
