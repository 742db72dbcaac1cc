import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startLocalLake } from "../../src/local/start.ts";
import { describeCatalogContract } from "../catalog/contract.ts";

describeCatalogContract("the local lake", async () => {
  const data = await mkdtemp(join(tmpdir(), "dlf-lance-contract-"));
  const lake = await startLocalLake({ data });
  return {
    config: lake.config,
    async close() {
      await lake.close();
      await rm(data, { recursive: true, force: true });
    },
  };
});
