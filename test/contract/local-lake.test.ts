import { type ContractServer, describeCatalogContract } from "../catalog/contract.ts";
import { describeFaultContract } from "../catalog/fault-contract.ts";
import { openTemporaryLake } from "../temporary-lake.ts";

async function startServer(): Promise<ContractServer> {
  const { local, close } = await openTemporaryLake();
  return { config: local.config, close };
}

describeCatalogContract("the local lake", startServer);
describeFaultContract("the local lake", startServer);
