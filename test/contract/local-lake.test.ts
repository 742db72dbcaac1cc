import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startLocalLake } from "../../src/local/start.ts";
import { type ContractServer, describeCatalogContract } from "../catalog/contract.ts";
import { describeFaultContract } from "../catalog/fault-contract.ts";

async function startServer(): Promise<ContractServer> {
  const data = await mkdtemp(join(tmpdir(), "dlf-lance-contract-"));
  const lake = await startLocalLake({ data });
  return {
    config: lake.config,
    async close() {
      await lake.close();
      await rm(data, { recursive: true, force: true });
    },
  };
}

describeCatalogContract("the local lake", startServer);
describeFaultContract("the local lake", startServer);
