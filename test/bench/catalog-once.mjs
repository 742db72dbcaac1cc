// Our side of the cold describe: connect, describe the entry, fetch the credentials, in a new process.
import { CatalogClient } from "../../src/catalog/client.ts";
import { parseConfig } from "../../src/catalog/configuration/config.ts";
import { parseTableId } from "../../src/catalog/protocol/identifier.ts";

const client = await CatalogClient.connect(parseConfig(JSON.parse(process.env.DLF_CONFIG)));
const id = parseTableId("bench.t0");
await Promise.all([client.getTable(id), client.vendCredentials(id)]);
await client.close();
