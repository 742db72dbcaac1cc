// Our side of the cold describe: connect, describe the entry, fetch the credentials, in a new process.
import { CatalogClient } from "../../dist/catalog/client.js";
import { parseConfig } from "../../dist/catalog/config.js";
import { parseTableId } from "../../dist/catalog/identifier.js";

const client = await CatalogClient.connect(parseConfig(JSON.parse(process.env.DLF_CONFIG)));
const id = parseTableId("bench.t0");
await Promise.all([client.getTable(id), client.vendCredentials(id)]);
await client.close();
