import type { ServerResponse } from "node:http";
import type { OssError } from "./oss-error.ts";
import { buildXml, type XmlValue } from "./xml.ts";

export type ResponseHeaders = Readonly<Record<string, string | number>>;

export function sendEmpty(response: ServerResponse, status: number, headers: ResponseHeaders = {}): void {
  const length = status === 204 || status === 304 ? {} : { "Content-Length": 0 };
  response.writeHead(status, { ...length, ...headers }).end();
}

export async function sendXml(
  response: ServerResponse,
  root: string,
  content: XmlValue,
  headers: ResponseHeaders = {},
): Promise<void> {
  send(response, 200, await buildXml(root, content), headers);
}

/** Answers with OSS's error document; to HEAD with the status alone, as HTTP has it. */
export async function sendError(response: ServerResponse, error: OssError, requestId: string): Promise<void> {
  const body = await buildXml("Error", {
    Code: error.code,
    Message: error.message,
    RequestId: requestId,
    HostId: "127.0.0.1",
    ...error.details,
  });
  send(response, error.status, body, { "x-oss-error-code": error.code });
}

/** A time as XML answers have it: some clients cannot read other milliseconds than 000. */
export function formatXmlTime(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, ".000Z");
}

function send(response: ServerResponse, status: number, body: string, headers: ResponseHeaders): void {
  response.writeHead(status, {
    "Content-Type": "application/xml",
    "Content-Length": Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}
