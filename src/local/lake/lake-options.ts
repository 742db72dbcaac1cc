import { describeIssue, wordIssue } from "../../check-options.ts";
import { DlfLanceError } from "../../errors.ts";
import { z } from "../../zod.ts";

/** How to run a local lake. */
export interface LocalLakeOptions {
  /** The folder that holds everything; it is created if it is missing. */
  readonly data: string;
  /** Port of the catalog on 127.0.0.1; 0, the default, takes a free one. */
  readonly port?: number;
  /** Port of the object store on 127.0.0.1; 0, the default, takes a free one. */
  readonly ossPort?: number;
  /** Life of a table's token, in seconds; 3600 by default. */
  readonly tokenLifetime?: number;
  /** The catalog's name; `lake` by default. */
  readonly warehouse?: string;
  /** Refuse signature V1, as OSS does for newer accounts and buckets. */
  readonly refuseSignatureV1?: boolean;
  /** Answer as a bucket with versioning does: it ignores that an object must not be overwritten, and loses commits. */
  readonly versioned?: boolean;
  /**
   * Use the lake that another process is running on the folder, if there is one, whatever its other options. When
   * that process ends, this one serves in its place, at the same addresses.
   */
  readonly share?: boolean;
  /** Let whoever knows the token of {@link LocalLake.faults} order that requests go wrong, for tests. */
  readonly faults?: boolean;
}

/** A running local lake. */
export interface LocalLake {
  /** What a client needs, in the form of the Python configuration. It holds the access key's secret. */
  readonly config: Record<string, string>;
  /** The access key of `config` in a file that clients of DLF read (`dlf.token-path`); undefined in a folder that cannot be written. */
  readonly tokenFile: string | undefined;
  /** Variables that Python's Lance needs to reach an object store on this machine. */
  readonly environment: Record<string, string>;
  /** The object store, for clients of OSS. The access key of `config` opens it too. */
  readonly oss: { readonly endpoint: string; readonly bucket: string };
  /** With the option `faults`: where they are ordered, and the bearer token for that. */
  readonly faults?: { readonly uri: string; readonly token: string };
  /** Stops both servers. What they have stored stays. */
  close(): Promise<void>;
}

const port = z.number().int().min(0).max(65_535).default(0);

const optionsSchema = z.object({
  data: z.string().min(1),
  port,
  ossPort: port,
  tokenLifetime: z
    .number()
    .positive()
    .max(365 * 86_400)
    .default(3600),
  warehouse: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, "expected letters, digits, - and _")
    .default("lake"),
  refuseSignatureV1: z.boolean().default(false),
  versioned: z.boolean().default(false),
  share: z.boolean().default(false),
  faults: z.boolean().default(false),
});

/** @throws DlfLanceError InvalidInput naming the option */
export function parseLakeOptions(options: LocalLakeOptions): Required<LocalLakeOptions> {
  const parsed = optionsSchema.safeParse(options, { error: wordIssue });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new DlfLanceError("InvalidInput", `Cannot open a local lake: ${describeIssue(issue)}`);
}
