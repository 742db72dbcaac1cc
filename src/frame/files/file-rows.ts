/** The rows of one file or of several, as a frame reads them. */
import type { DataType, Schema } from "../../arrow.ts";
import { fieldTypeName } from "../../display/arrow/type-name.ts";
import { DlfLanceError } from "../../errors.ts";
import type { ResolvedRows, RowSource } from "../source.ts";
import type { FoundFile } from "./find-files.ts";
import type { FileOptions } from "./read-options.ts";

export type FindFiles = (action: string, signal: AbortSignal | undefined) => Promise<readonly FoundFile[]>;
type ColumnTypes = ReadonlyMap<string, DataType>;

/** Reads the files of one path or pattern. Detected types are kept until the first file changes. */
export class FileRows implements RowSource {
  readonly name: string;
  readonly #find: FindFiles;
  readonly #options: FileOptions;
  #known: { readonly stamp: string; readonly types: ColumnTypes } | undefined;

  constructor(name: string, find: FindFiles, options: FileOptions) {
    this.name = name;
    this.#find = find;
    this.#options = options;
  }

  async resolve(signal?: AbortSignal): Promise<ResolvedRows> {
    const [first, ...others] = await this.#find(`read ${this.name}`, signal);
    if (first === undefined)
      throw new DlfLanceError(
        "InvalidInput",
        `Cannot read ${this.name}: the file does not exist; check the path`,
      );
    const known = this.#known?.stamp === first.stamp ? this.#known.types : undefined;
    const { openFile } = await import("./file-work.ts");
    const reader = await openFile(first, this.#options, known, signal);
    const types = new Map(reader.schema.fields.map(({ name, type }) => [name, type]));
    this.#known = { stamp: first.stamp, types };
    const options = this.#options;
    return {
      schema: reader.schema,
      rows: others.length === 0 ? reader.rows : undefined,
      async *batches(columns, ownSignal) {
        yield* reader.batches(columns, ownSignal);
        for (const file of others) {
          const next = await openFile(file, options, types, ownSignal);
          refuseOtherColumns(first.name, reader.schema, file.name, next.schema);
          yield* next.batches(columns ?? reader.schema.fields.map(({ name }) => name), ownSignal);
        }
      },
    };
  }
}

function refuseOtherColumns(first: string, schema: Schema, other: string, found: Schema): void {
  const describe = ({ fields }: Schema) =>
    fields
      .map((field) => `${field.name} ${fieldTypeName(field)}`)
      .sort()
      .join(", ");
  const [wanted, given] = [describe(schema), describe(found)];
  if (wanted === given) return;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot read ${other}: its columns are ${given}, and those of ${first} are ${wanted}; read them apart, and join them with concat()`,
  );
}
