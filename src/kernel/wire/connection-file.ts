/** The file by which a Jupyter client tells a kernel where to listen and how to sign. */
import { getHashes } from "node:crypto";
import { readFileSync } from "node:fs";
import { DlfLanceError } from "../../errors.ts";
import { z } from "../../zod.ts";

const port = z.number().int().min(1).max(65_535);

const connectionSchema = z.object({
  transport: z.enum(["tcp", "ipc"]).default("tcp"),
  ip: z.string().min(1),
  shell_port: port,
  control_port: port,
  stdin_port: port,
  iopub_port: port,
  hb_port: port,
  key: z.string().default(""),
  signature_scheme: z
    .string()
    .regex(/^hmac-/)
    .refine((scheme) => getHashes().includes(scheme.slice("hmac-".length)))
    .default("hmac-sha256"),
  /** A CurveZMQ key pair (Z85), when the client asks for an encrypted connection. */
  curve_publickey: z.string().length(40).optional(),
  curve_secretkey: z.string().length(40).optional(),
});

export type ConnectionFile = z.infer<typeof connectionSchema>;

/**
 * Reads and checks a connection file.
 *
 * @throws `InvalidInput` naming the file and the wrong fields; never their values, for one is the signing key.
 * @see https://jupyter-client.readthedocs.io/en/stable/kernels.html#connection-files
 */
export function readConnectionFile(path: string): ConnectionFile {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot start the kernel: ${path} is not a readable JSON file; pass the connection file Jupyter wrote`,
    );
  }
  const parsed = connectionSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => issue.path.join(".") || "the whole file");
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot start the kernel: in ${path} these are missing or wrong: ${fields.join(", ")}; pass the connection file Jupyter wrote`,
  );
}
