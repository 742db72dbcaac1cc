import { describeIssue, isPlainObject, refuseOptions, wordIssue } from "../../check-options.ts";
import { DlfLanceError } from "../../errors.ts";
import { loadWhenUsed } from "../../load-when-used.ts";
import { z } from "../../zod.ts";

/** How a table is shown. Other values ignore it. */
export interface TableOptions {
  /** Stands above the table. */
  readonly title?: string | undefined;
  /** Stands below the table, after its shape. */
  readonly caption?: string | undefined;
  /** Rows shown, of the beginning and of the end; 20 when left out, at most 500. */
  readonly maxRows?: number | undefined;
  /** Columns shown, of the beginning and of the end; 30 when left out, at most 200. */
  readonly maxColumns?: number | undefined;
  /** Columns of numbers whose cells also hold a bar, as long as the number is large among the rows shown. */
  readonly bars?: readonly string[] | undefined;
  /** Words that stand out in texts, such as those that were searched. */
  readonly marks?: readonly string[] | undefined;
}

const tableOptions = loadWhenUsed(
  () =>
    z.strictObject({
      title: z.string().optional(),
      caption: z.string().optional(),
      maxRows: z.int().min(0).optional(),
      maxColumns: z.int().min(1).optional(),
      bars: z.array(z.string()).optional(),
      marks: z.array(z.string().min(1)).optional(),
    }) satisfies z.ZodType<TableOptions>,
);

/** @throws DlfLanceError InvalidInput that names the option */
export function parseTableOptions(options: unknown): TableOptions {
  // Most calls pass none, and the library that checks them takes longer to load than a table to be drawn.
  if (isPlainObject(options) && Object.keys(options).length === 0) return {};
  const parsed = tableOptions.safeParse(options, { error: wordIssue });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code === "unrecognized_keys")
    throw refuseOptions(issue.keys, Object.keys(tableOptions.shape), "show the value");
  throw new DlfLanceError("InvalidInput", `Cannot show the value: ${describeIssue(issue)}`);
}
