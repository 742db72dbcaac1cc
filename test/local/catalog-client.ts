import { type SigningRequest, signRequest } from "../../src/catalog/protocol/sign.ts";
import { Secret } from "../../src/secret.ts";
import { ownerKeys } from "./test-lake.ts";

export interface CatalogAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body, or undefined for an empty one. */
  readonly json: Record<string, unknown> | undefined;
}

export interface CatalogCall {
  readonly method?: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly algorithm?: "default" | "openapi";
  readonly time?: Date;
  readonly nonce?: string;
  /** Changes the headers after signing. */
  readonly tamper?: (headers: Record<string, string>) => void;
  readonly secret?: string;
  readonly region?: string;
}

/** Sends one signed request, without the client's retries and checks. */
export async function callCatalog(
  config: Readonly<Record<string, string>>,
  call: CatalogCall,
): Promise<CatalogAnswer> {
  const { method = "GET", path, query = {}, algorithm = "default", time = new Date() } = call;
  const uri = config.uri ?? "";
  const keys = ownerKeys({ config: { ...config } });
  const body = call.body === undefined ? "" : JSON.stringify(call.body);
  const request: SigningRequest = { method, path, query, body, host: new URL(uri).host };
  const signer = {
    accessKeyId: new Secret(keys.accessKeyId),
    accessKeySecret: new Secret(call.secret ?? keys.accessKeySecret),
  };
  const region = call.region ?? config["dlf.region"] ?? "";
  const headers: Record<string, string> = {
    ...(algorithm === "default"
      ? signRequest(request, { ...signer, algorithm, region }, time)
      : signRequest(request, { ...signer, algorithm }, time, call.nonce)),
  };
  call.tamper?.(headers);
  const search = new URLSearchParams({ ...query }).toString();
  const answer = await fetch(`${uri}${path}${search === "" ? "" : `?${search}`}`, {
    method,
    headers,
    ...(body === "" ? {} : { body }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    json: text === "" ? undefined : (JSON.parse(text) as Record<string, unknown>),
  };
}

export function lanceTable(database: string, name: string, options: Readonly<Record<string, string>> = {}) {
  const schema = { fields: [], partitionKeys: [], primaryKeys: [], comment: null };
  return {
    identifier: { database, object: name },
    schema: { ...schema, options: { type: "lance-table", ...options } },
  };
}
