import { startBridge } from "../../src/bridge/bridge.ts";
import { parseTableId } from "../../src/catalog/protocol/identifier.ts";
import { type LanceTable, openLanceDatabase } from "../../src/table/native/lance.ts";

/** A Lance table in a folder of this machine, opened the way tables of a catalog are. */
export async function openLanceFiles(
  location: string,
): Promise<{ readonly table: LanceTable; close(): Promise<void> }> {
  const bridge = await startBridge(async () => ({ location, storageOptions: {} }));
  const database = await openLanceDatabase(bridge);
  const table = await database.open(parseTableId("bench.files"));
  return {
    table,
    async close() {
      table.close();
      database.close();
      await bridge.close();
    },
  };
}
