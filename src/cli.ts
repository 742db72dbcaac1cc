/** The command `dlf-lance`. Each subcommand loads only what it runs. */
import { readFileSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { z } from "zod";

const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")));

function wholeNumber(lowest: number, highest: number) {
  return (text: string): number => {
    const number = Number(text);
    if (text.trim() === "" || !Number.isInteger(number) || number < lowest || number > highest) {
      throw new InvalidArgumentError(`expected a whole number from ${lowest} to ${highest}`);
    }
    return number;
  };
}

const port = wholeNumber(0, 65_535);

function loopback(text: string): string {
  if (text === "127.0.0.1" || text === "localhost") return text;
  throw new InvalidArgumentError("the local lake serves this machine only: 127.0.0.1");
}

interface LocalOptions {
  readonly data: string;
  readonly port: number;
  readonly ossPort: number;
  readonly tokenTtl: number;
  readonly v4Only: boolean;
  readonly versioned: boolean;
  readonly seedDemo: boolean;
  readonly faults: boolean;
}

async function seedDemo(config: Record<string, string>): Promise<void> {
  const { connect } = await import("./connect.ts");
  const connection = await connect(config);
  await connection.seedDemo();
  await connection.close();
}

const program = new Command("dlf-lance")
  .description("DLF-managed Lance tables in TypeScript notebooks")
  .version(version);

const local = program
  .command("local")
  .description(
    "serve the local DLF + OSS to other programs until Ctrl-C; prints one line of JSON with its keys",
  )
  .requiredOption("--data <dir>", "folder that holds the lake")
  .option("--port <number>", "port of the catalog, 0 for a free one", port, 0)
  .option("--oss-port <number>", "port of the object store, 0 for a free one", port, 0)
  .option("--token-ttl <seconds>", "lifetime of vended credentials", wholeNumber(1, 86_400), 3_600)
  .option("--host <address>", "address to serve on: 127.0.0.1 and no other", loopback, "127.0.0.1")
  .option("--v4-only", "refuse requests with OSS signature V1", false)
  .option("--versioned", "answer as a bucket with versioning, in which commits can be lost", false)
  .option("--seed-demo", "make the tables demo.sales, demo.documents and demo.images", false)
  .option("--faults", "let whoever has the printed token order requests to go wrong, for tests", false)
  .action(async (options: LocalOptions) => {
    const { serveLocalLake } = await import("./local/serve-local.ts");
    const stop = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
    const { data, port, ossPort, tokenTtl, v4Only, versioned, faults } = options;
    await serveLocalLake(
      { data, port, ossPort, tokenLifetime: tokenTtl, refuseSignatureV1: v4Only, versioned, faults },
      {
        stdout: process.stdout,
        signal: stop.signal,
        ...(options.seedDemo ? { prepare: ({ config }) => seedDemo(config) } : {}),
      },
    );
  });

local
  .command("grant <name>")
  .description("say all that another identity may do in the lake; prints its keys as one line of JSON")
  .option("--read <table...>", "tables it may read: database.table, database.* or *")
  .option("--write <table...>", "tables it may also write")
  .action(
    async (
      name: string,
      { read = [], write = [] }: { read?: string[]; write?: string[] },
      command: Command,
    ) => {
      const { grantAccess } = await import("./local/grant-access.ts");
      const { data } = command.optsWithGlobals<{ data: string }>();
      process.stdout.write(`${JSON.stringify(await grantAccess(data, name, { read, write }))}\n`);
    },
  );

const kernel = program.command("kernel").description("the Jupyter kernel");

interface PlaceOptions {
  readonly prefix?: string;
  readonly sysPrefix?: boolean;
  readonly user?: boolean;
}

/** A command on the kernels in one of Jupyter's folders. */
function kernelCommand(name: string, description: string): Command {
  return kernel
    .command(name)
    .description(description)
    .option("--user", "in the Jupyter data folder of this user")
    .option("--sys-prefix", "in the Python environment that is active")
    .option("--prefix <dir>", "in DIR/share/jupyter/kernels, such as a virtual environment");
}

kernelCommand("install", "write the kernelspec where Jupyter finds it")
  .option("--name <name>", "folder name of the kernel", "dlf-lance")
  .option("--display-name <name>", "name that front ends show")
  .option("--force", "replace a kernel of that name", false)
  .option("--no-snapshot", "leave the snapshot that kernels start from to the first of them")
  .action(
    async (
      options: PlaceOptions & { name: string; displayName?: string; force: boolean; snapshot: boolean },
    ) => {
      const { installKernel } = await import("./kernel/install.ts");
      const installed = await installKernel(options);
      process.stdout.write(`kernel installed: ${installed.folder}\n`);
      if (!options.snapshot) return;
      const { buildSnapshot } = await import("./kernel/build-snapshot.ts");
      const { notebookPrelude } = await import("./notebook-prelude.ts");
      process.stdout.write("building the snapshot that kernels start from, if there is none: some seconds\n");
      const told = await buildSnapshot(notebookPrelude, { isUrgent: true }).then(
        ({ file }) => `snapshot: ${file}`,
        // The kernel is installed all the same, and starts without it.
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
      process.stdout.write(`${told}\n`);
    },
  );

kernelCommand("uninstall", "remove a kernel that was installed")
  .option("--name <name>", "folder name of the kernel", "dlf-lance")
  .action(async (options: PlaceOptions & { name: string }) => {
    const { uninstallKernel } = await import("./kernel/install.ts");
    process.stdout.write(`kernel removed: ${await uninstallKernel(options)}\n`);
  });

kernelCommand("list", "the kernels that are installed: name and folder").action(
  async (options: PlaceOptions) => {
    const { listKernels } = await import("./kernel/install.ts");
    for (const { name, folder } of await listKernels(options)) process.stdout.write(`${name}\t${folder}\n`);
  },
);

kernelCommand("status", "what is installed, which Node it starts, and whether it starts quickly").action(
  async (options: PlaceOptions) => {
    const { describeStatus } = await import("./kernel/kernel-status.ts");
    for (const line of await describeStatus(options)) process.stdout.write(`${line}\n`);
  },
);

program
  .command("clean")
  .description(
    "remove what is kept outside of this folder and can be made again; no kernel, and no lake's data",
  )
  .action(async () => {
    const { cleanCache } = await import("./kernel/kernel-status.ts");
    for (const path of cleanCache()) process.stdout.write(`removed: ${path}\n`);
  });

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`dlf-lance: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
