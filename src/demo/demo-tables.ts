/** Data to try things on: small, made in a moment, and the same at every run. */
import type { Table } from "../arrow.ts";
import { buildDocuments } from "./documents.ts";
import { buildImages } from "./images.ts";
import { buildSales } from "./sales.ts";

export const demoNamespace = "demo";

/** What each table of the demo namespace holds. */
export const demoTables: Readonly<Record<string, () => Table>> = {
  sales: buildSales,
  documents: buildDocuments,
  images: buildImages,
};
