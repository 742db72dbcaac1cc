/** A program of the sidecar that reads the table of the frame cases. */
import { arrow, type Field } from "../../src/arrow.ts";
import type { Program, ProgramStep } from "../../src/daft/program.ts";
import { encodeSchema } from "../../src/frame/engines/daft/type-table.ts";

const fields: readonly Field[] = [
  new arrow.Field("id", new arrow.Int64(), true),
  new arrow.Field("cat", new arrow.Utf8(), true),
  new arrow.Field("k", new arrow.Int32(), true),
  new arrow.Field("big", new arrow.Int64(), true),
  new arrow.Field("v", new arrow.Float64(), true),
];

/** The first rows of a table, or all; `version` 1 is the only one it has. */
export function scanProgram(path: string, limit?: number): Program {
  const plan: ProgramStep = {
    step: "scan",
    place: 0,
    columns: fields.map(({ name }, index) => [`c${index}`, name, index] as const),
    ...(limit === undefined ? {} : { limit }),
  };
  return {
    types: encodeSchema(fields.map(({ type }, index) => new arrow.Field(`t${index}`, type, true))),
    result: encodeSchema(fields),
    places: [{ kind: "path", uri: path, version: 1, storageOptions: {} }],
    plan,
  };
}
