/** Functions of the bytes of texts: digests, and other ways to write them. */
import { arrow } from "../../arrow.ts";
import { int64, kindOfOperand, utf8 } from "./operand.ts";
import { first, type Kind, type ScalarEntry } from "./scalar-entry.ts";

const textOrBytes: readonly Kind[] = ["text", "bytes"];
const text: readonly Kind[] = ["text"];
const binary = () => new arrow.Binary();

function write(takes: readonly Kind[], sql: (value: string) => string): ScalarEntry {
  return { takes: [takes], gives: utf8, duckdb: (call) => sql(first(call).sql) };
}

function read(sql: (value: string) => string): ScalarEntry {
  return { takes: [text], gives: binary, duckdb: (call) => sql(first(call).sql) };
}

/** Of the text's UTF-8: a cast to BLOB would read its backslashes. */
function bytesToText(sql: (value: string) => string): ScalarEntry {
  return {
    takes: [textOrBytes],
    gives: utf8,
    duckdb: (call) => {
      const value = first(call);
      return sql(kindOfOperand(value).kind === "text" ? `encode(${value.sql})` : value.sql);
    },
  };
}

export const encodingFunctions = {
  hash: {
    takes: ["any"],
    gives: () => new arrow.Uint64(),
    duckdb: (call) => `hash(${first(call).sql})`,
  },
  md5: write(textOrBytes, (value) => `md5(${value})`),
  sha1: write(textOrBytes, (value) => `sha1(${value})`),
  sha256: write(textOrBytes, (value) => `sha256(${value})`),
  hex: write(textOrBytes, (value) => `lower(hex(${value}))`),
  fromHex: read((value) => `unhex(${value})`),
  base64: bytesToText((value) => `to_base64(${value})`),
  fromBase64: read((value) => `from_base64(${value})`),
  encode: read((value) => `encode(${value})`),
  decode: write(["bytes"], (value) => `decode(${value})`),
  urlEncode: write(text, (value) => `url_encode(${value})`),
  urlDecode: write(text, (value) => `url_decode(${value})`),
  byteSize: {
    takes: [["bytes"]],
    gives: int64,
    duckdb: (call) => `octet_length(${first(call).sql})`,
  },
} as const satisfies Readonly<Record<string, ScalarEntry>>;
