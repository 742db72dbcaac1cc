/** Formats of files, by the endings of their names. */
import { extname } from "node:path";
import { DlfLanceError } from "../../errors.ts";
import { findNearest } from "../../nearest.ts";

export const fileFormats = ["parquet", "csv", "json", "arrow"] as const;
/** The formats that `readFile` reads. */
export type FileFormat = (typeof fileFormats)[number];

const endings: Readonly<Record<string, FileFormat>> = {
  ".parquet": "parquet",
  ".csv": "csv",
  ".tsv": "csv",
  ".json": "json",
  ".ndjson": "json",
  ".jsonl": "json",
  ".arrow": "arrow",
  ".arrows": "arrow",
  ".feather": "arrow",
};

/** The name without `.gz`, and whether it had it. */
export function splitCompression(name: string): { readonly plain: string; readonly isCompressed: boolean } {
  const isCompressed = /\.gz$/i.test(name);
  return { plain: isCompressed ? name.slice(0, -3) : name, isCompressed };
}

/** @throws DlfLanceError InvalidInput for a name with another ending, when no format is given. */
export function formatOf(name: string, given: FileFormat | undefined, action: string): FileFormat {
  const format = given ?? endings[extname(splitCompression(name).plain).toLowerCase()];
  if (format !== undefined) return format;
  const ending = extname(splitCompression(name).plain).toLowerCase();
  const known = Object.keys(endings);
  const near = known.find((one) => sortLetters(one) === sortLetters(ending)) ?? findNearest(ending, known);
  if (near !== undefined) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: no format ends in ${ending}; did you mean ${near}? If that is its name, pass { format: "${endings[near]}" }`,
    );
  }
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot ${action}: its name does not tell the format; end it in .parquet, .csv, .json or .arrow, or pass { format: "csv" }`,
  );
}

/** Letters that changed places are the most frequent mistake in three of them. */
function sortLetters(text: string): string {
  return [...text].sort().join("");
}
