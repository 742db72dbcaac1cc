/** `dlf-lance local`: the local DLF + OSS for other programs. */
import { Command, InvalidArgumentError, port, wholeNumber } from "./commander.ts";

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

export function localCommand(): Command {
  return new Command("local")
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
    .action(serve)
    .addCommand(grantCommand());
}

async function serve(options: LocalOptions): Promise<void> {
  const { serveLocalLake } = await import("../local/serve-local.ts");
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
}

function grantCommand(): Command {
  return new Command("grant")
    .argument("<name>")
    .description("say all that another identity may do in the lake; prints its keys as one line of JSON")
    .option("--read <table...>", "tables it may read: database.table, database.* or *")
    .option("--write <table...>", "tables it may also write")
    .action(
      async (
        name: string,
        { read = [], write = [] }: { read?: string[]; write?: string[] },
        command: Command,
      ) => {
        const { grantAccess } = await import("../local/grant-access.ts");
        const { data } = command.optsWithGlobals<{ data: string }>();
        process.stdout.write(`${JSON.stringify(await grantAccess(data, name, { read, write }))}\n`);
      },
    );
}

function loopback(text: string): string {
  if (text === "127.0.0.1" || text === "localhost") return text;
  throw new InvalidArgumentError("the local lake serves this machine only: 127.0.0.1");
}

async function seedDemo(config: Record<string, string>): Promise<void> {
  const { connect } = await import("../connect.ts");
  const connection = await connect(config);
  await connection.seedDemo();
  await connection.close();
}
