/** The process in which DuckDB reads Lance by itself, so that an abort of its extension ends this process alone. */
import { once } from "node:events";
import { createInterface } from "node:readline";
import { arrow } from "../../../../arrow.ts";
import { isError } from "../../../../errors.ts";
import { Secret } from "../../../../secret.ts";
import { bindLiterals } from "../bind-literals.ts";
import { SqlSession } from "../session.ts";
import { frameHead, frameKinds, type Query, querySchema } from "./messages.ts";

async function serveQueries(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      await answer(querySchema.parse(JSON.parse(line)));
      await send(frameKinds.done, new Uint8Array());
    } catch (error) {
      const { code, message } = isError(error) ? error : { code: "Internal", message: String(error) };
      await send(frameKinds.failure, Buffer.from(JSON.stringify({ code, message })));
    }
  }
  // Node can hang in an ordinary exit after big scans, and nothing is left to save.
  process.kill(process.pid, "SIGKILL");
}

async function answer({
  action,
  extension,
  memoryLimit,
  attached,
  setUp,
  sql,
  parameters,
}: Query): Promise<void> {
  const attach = attached.map(({ alias, namespace, endpoint, token }) => {
    // From here on the token is left out of what errors say.
    const header = `authorization=Bearer ${new Secret(token).reveal()}`;
    return `ATTACH ${text(namespace)} AS "${alias}" (TYPE LANCE, ENDPOINT ${text(endpoint)}, HEADER ${text(header)})`;
  });
  const session = await SqlSession.open({
    action,
    memoryLimit,
    setUp: [`LOAD ${text(extension)}`, ...attach, ...setUp],
  });
  try {
    const { batches } = await session.query(sql, (duckdb, statement) =>
      bindLiterals(duckdb, statement, parameters),
    );
    for await (const batch of batches()) {
      await send(frameKinds.batch, arrow.tableToIPC(new arrow.Table([batch]), "stream"));
    }
  } finally {
    await session.close();
  }
}

/** Waits while the other side does not read. */
async function send(kind: number, payload: Uint8Array): Promise<void> {
  const head = Buffer.alloc(frameHead);
  head.writeUInt8(kind, 0);
  head.writeUInt32LE(payload.length, 1);
  process.stdout.write(head);
  if (!process.stdout.write(payload)) await once(process.stdout, "drain");
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

serveQueries().catch(() => process.kill(process.pid, "SIGKILL"));
