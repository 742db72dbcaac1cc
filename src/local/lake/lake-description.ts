import type { LakeIdentity } from "../identity/identity.ts";
import type { LocalLake } from "./lake-options.ts";

export const bucket = "lake";
export const region = "cn-local";

/** What clients of a lake need, wherever it is served. */
export function describeLake(
  identity: LakeIdentity,
  warehouse: string,
  ports: { readonly port: number; readonly ossPort: number },
): Pick<LocalLake, "config" | "environment" | "oss" | "tokenFile"> {
  return {
    config: {
      uri: `http://127.0.0.1:${ports.port}`,
      warehouse,
      "token.provider": "dlf",
      "dlf.region": region,
      "dlf.access-key-id": identity.accessKeyId,
      "dlf.access-key-secret": identity.accessKeySecret.reveal(),
    },
    environment: { OSS_ADDRESSING_STYLE: "path", ALIBABA_CLOUD_ECS_METADATA_DISABLED: "true" },
    tokenFile: identity.tokenFile,
    oss: { endpoint: `http://127.0.0.1:${ports.ossPort}`, bucket },
  };
}
