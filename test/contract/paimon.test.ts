import { describe } from "vitest";
import { type ContractServer, describeCatalogContract } from "../catalog/contract.ts";
import { describeFaultContract } from "../catalog/fault-contract.ts";
import { startPaimon } from "./paimon/start-paimon.ts";

const keys = {
  id: "LTAI5tPaimonContract01",
  secret: "paimon/contract+secret==5c",
  token: "paimon/sts+token==",
};

/** Paimon's server, with an STS token, a prefix that only it tells (which it does not decode), and headers that it asks for. */
async function startServer(algorithm: "default" | "openapi"): Promise<ContractServer> {
  const options = {
    "--warehouse": "wh-1.x",
    "--region": "ap-southeast-1",
    "--prefix": "told-by.the_service",
    "--ak": keys.id,
    "--sk": keys.secret,
    "--sts": keys.token,
  };
  const headers = ["--default", "header.X-Told=default", "--override", "header.X-Forced=override"];
  const server = await startPaimon(...Object.entries(options).flat(), ...headers);
  return {
    config: {
      uri: server.uri,
      warehouse: "wh-1.x",
      "token.provider": "dlf",
      "dlf.region": "ap-southeast-1",
      "dlf.signing-algorithm": algorithm,
      "dlf.access-key-id": keys.id,
      "dlf.access-key-secret": keys.secret,
      "dlf.security-token": keys.token,
      "header.X-Forced": "mine",
    },
    splitsAtDots: true,
    close: server.close,
  };
}

describe.each(["default", "openapi"] as const)("signed with %s", (algorithm) => {
  describeCatalogContract("Paimon's RESTCatalogServer", () => startServer(algorithm));
});
describeFaultContract("Paimon's RESTCatalogServer", () => startServer("default"));
