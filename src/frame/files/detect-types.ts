/** Which types the texts of CSV stand for. */
import { arrow, type DataType } from "../../arrow.ts";
import type { Worker } from "../engines/duckdb/worker.ts";
import { toRowObjects } from "../rows/row-objects.ts";
import { type CandidateType, candidateTypes, type TextRule, textRule } from "./text-values.ts";

interface Candidates {
  /** The column of texts, in SQL. */
  readonly text: string;
  /** The first is the one to try. */
  readonly types: readonly CandidateType[];
}

/**
 * The first type that takes every text of a column; text, where none does, or where all are null.
 * @param sample a table of these texts.
 */
export async function detectTypes(
  worker: Worker,
  sample: string,
  texts: readonly string[],
  dateFormat: string | undefined,
): Promise<readonly DataType[]> {
  let columns = await findCandidates(worker, sample, texts, dateFormat);
  let open = columns.filter(({ types }) => types.length > 0);
  while (open.length > 0) {
    const refused = await findRefused(worker, sample, open, dateFormat);
    columns = columns.map((column) =>
      refused.has(column.text) ? { ...column, types: column.types.slice(1) } : column,
    );
    open = columns.filter(({ text, types }) => refused.has(text) && types.length > 0);
  }
  return columns.map(({ types: [found] }) => found?.type ?? new arrow.Utf8());
}

/** The types that a few texts of a column look like: to hold all candidates against all rows takes most of the time. */
async function findCandidates(
  worker: Worker,
  sample: string,
  texts: readonly string[],
  dateFormat: string | undefined,
): Promise<readonly Candidates[]> {
  const every = candidateTypes(dateFormat);
  const ends = ["min", "max", "any_value"];
  const measures = texts.flatMap((text) => ends.map((end) => `${end}(${text}) AS ${end}_${text}`));
  const row = await readRow(worker, sample, measures);
  return texts.map((text) => {
    const seen = ends.flatMap((end) => {
      const value = row[`${end}_${text}`];
      return typeof value === "string" ? [value] : [];
    });
    const types = every.filter(({ shape }) => seen.every((value) => shape.test(value)));
    return { text, types: seen.length === 0 ? [] : types };
  });
}

/** The columns with a text that their first candidate does not take. */
async function findRefused(
  worker: Worker,
  sample: string,
  columns: readonly Candidates[],
  dateFormat: string | undefined,
): Promise<ReadonlySet<string>> {
  const measures = columns.flatMap(({ text, types: [first] }) => {
    if (first === undefined) return [];
    const { check } = textRule(text, first.type, { isInferred: true, dateFormat }) as TextRule;
    return [`bool_and(coalesce(${check}, false)) FILTER (${text} IS NOT NULL) AS ${text}`];
  });
  const row = await readRow(worker, sample, measures);
  return new Set(columns.map(({ text }) => text).filter((text) => row[text] !== true));
}

/** Measures in one statement: how long DuckDB takes to plan one grows with the square of their number. */
const mostMeasures = 200;

async function readRow(
  worker: Worker,
  sample: string,
  measures: readonly string[],
): Promise<Readonly<Record<string, unknown>>> {
  const found: Record<string, unknown> = {};
  for (let begin = 0; begin < measures.length; begin += mostMeasures) {
    const list = measures.slice(begin, begin + mostMeasures).join(", ");
    const { batches } = await worker.query(`SELECT ${list} FROM ${sample}`);
    for await (const batch of batches()) Object.assign(found, toRowObjects(batch)[0]);
  }
  return found;
}
