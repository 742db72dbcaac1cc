import { parseConfig } from "../../src/catalog/configuration/config.ts";
import { mergeServerConfig } from "../../src/catalog/configuration/server-config.ts";
import { createCalls } from "../../src/catalog/operations/calls.ts";
import { configAnswer } from "../../src/catalog/protocol/schemas.ts";
import { createTransport, defaultTransportSettings } from "../../src/catalog/transport/transport.ts";

/** Creates a table that is not a Lance table, which the client itself cannot. */
export async function createForeignTable(
  options: Record<string, string>,
  namespace: string,
  table: string,
  type: string,
): Promise<void> {
  const config = parseConfig(options);
  const transport = createTransport(config, defaultTransportSettings);
  try {
    const purpose = { action: "create", missing: "Internal", existing: "Internal" } as const;
    const answer = await createCalls(transport, config).read(
      { operation: "getConfig", names: {}, query: { warehouse: config.warehouse }, purpose },
      configAnswer,
    );
    await createCalls(transport, mergeServerConfig(config, answer)).write({
      operation: "createTable",
      names: { database: namespace },
      body: {
        identifier: { database: namespace, object: table },
        schema: { fields: [], partitionKeys: [], primaryKeys: [], options: { type } },
      },
      purpose,
    });
  } finally {
    await transport.close();
  }
}
