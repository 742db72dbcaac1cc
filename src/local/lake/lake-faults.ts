import type { RequestListener } from "node:http";
import { CatalogError } from "../catalog/catalog-error.ts";
import { sendCatalogError } from "../catalog/catalog-server.ts";
import { controlFaults, faultsPath, faultsToken } from "../faults/fault-control.ts";
import { createFaultPlan } from "../faults/fault-plan.ts";
import { withFaults } from "../faults/faulty-listener.ts";
import { createRequestLog } from "../faults/request-log.ts";
import type { LakeIdentity } from "../identity/identity.ts";
import { OssError } from "../protocol/oss-error.ts";
import { sendError } from "../protocol/oss-response.ts";

/** Where the servers of a lake let things go wrong, and log what they were asked. */
export interface LakeFaults {
  readonly control: { readonly path: string; readonly token: string };
  spoilCatalog(listener: RequestListener): RequestListener;
  spoilOss(listener: RequestListener): RequestListener;
  tokensEndedUntil(): number;
}

const faultCodes = {
  403: "SecurityTokenExpired",
  429: "TooManyRequests",
  503: "ServiceUnavailable",
} as const;

export function createLakeFaults(identity: LakeIdentity, tokenLifetimeSeconds: number): LakeFaults {
  const plan = createFaultPlan(tokenLifetimeSeconds);
  const log = createRequestLog();
  const token = faultsToken(identity.tokenKey);
  const explain = "This was ordered as a fault.";
  return {
    control: { path: faultsPath, token },
    spoilCatalog(listener) {
      const faulty = withFaults(plan, "catalog", listener, (response, status) =>
        sendCatalogError(response, new CatalogError(status, explain)),
      );
      const watched = log.watch("catalog", faulty);
      return (message, response) => {
        if (message.url !== faultsPath) return watched(message, response);
        controlFaults(plan, log, token, message, response).catch(() => response.destroy());
      };
    },
    spoilOss(listener) {
      const faulty = withFaults(plan, "oss", listener, (response, status) => {
        const code = faultCodes[status];
        sendError(response, new OssError(status, code, explain), "0").catch(() => response.destroy());
      });
      return log.watch("oss", faulty);
    },
    tokensEndedUntil: plan.tokensEndedUntil,
  };
}
