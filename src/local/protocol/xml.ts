import type { XMLBuilder, XMLParser } from "fast-xml-parser";
import { OssError } from "./oss-error.ts";

/** Text, elements, or several elements of the same name. */
export type XmlValue =
  | string
  | number
  | boolean
  | readonly XmlValue[]
  | { readonly [name: string]: XmlValue };

interface XmlTools {
  readonly builder: XMLBuilder;
  readonly parser: XMLParser;
}

let tools: Promise<XmlTools> | undefined;

/** The library takes a third of a lake's starting time, so it is loaded when the first XML is needed. */
async function loadTools(): Promise<XmlTools> {
  const { XMLBuilder, XMLParser } = await import("fast-xml-parser");
  const builder = new XMLBuilder({
    processEntities: false,
    suppressEmptyNode: false,
    tagValueProcessor: (_name, value) => escapeText(String(value)),
  });
  const parser = new XMLParser({
    ignoreAttributes: true,
    parseTagValue: false,
    trimValues: false,
    htmlEntities: true,
    isArray: (name) => name === "Object" || name === "Part",
  });
  return { builder, parser };
}

export async function buildXml(root: string, content: XmlValue): Promise<string> {
  tools ??= loadTools();
  const { builder } = await tools;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build({ [root]: content })}`;
}

/** @throws OssError 400 MalformedXML; document types, which may define entities, are refused too */
export async function parseXml(text: string): Promise<unknown> {
  if (text.includes("<!DOCTYPE") || !hasKnownReferences(text)) throw malformedXml();
  tools ??= loadTools();
  const { parser } = await tools;
  try {
    return parser.parse(text, true);
  } catch {
    throw malformedXml();
  }
}

export function malformedXml(): OssError {
  return new OssError(400, "MalformedXML", "The XML you provided was not well-formed.");
}

/** The parser would drop a reference that it does not know, and so turn one object's name into another's. */
function hasKnownReferences(text: string): boolean {
  for (const [, decimal, hexadecimal, name] of text.matchAll(
    /&(?:#(\d+);|#x([\da-f]+);|(amp|lt|gt|quot|apos);)?/gi,
  )) {
    const code = Number.parseInt(decimal ?? hexadecimal ?? "", decimal === undefined ? 16 : 10);
    const isCharacter = code >= 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
    if (name === undefined && !isCharacter) return false;
  }
  return true;
}

/** Control characters become references: a plain line break would be read back as a space. */
function escapeText(text: string): string {
  const names: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to be escaped
  return text.replace(/[&<>\u0000-\u001f]/g, (found) => names[found] ?? `&#${found.charCodeAt(0)};`);
}
