/** The rows of one file or of several, as a frame reads them. */
import type { DataType, Schema } from "../../arrow.ts";
import { fieldTypeName } from "../../display/arrow/type-name.ts";
import { DlfLanceError } from "../../errors.ts";
import type { ResolvedRows, RowSource } from "../source.ts";
import type { FileReader } from "./file-reader.ts";
import type { FoundFile } from "./find-files.ts";
import type { FileOptions } from "./read-options.ts";

export type FindFiles = (action: string, signal: AbortSignal | undefined) => Promise<readonly FoundFile[]>;
/** So many rows are read faster by a statement itself. Of fewer, groups stay in the order of their first rows. */
const manyRows = 200_000;
/** The same of text. */
const manyBytes = 10_000_000;

type ColumnTypes = ReadonlyMap<string, DataType>;

/**
 * Reads the files of one path or pattern. The head of the first one, and the types detected from the first that has rows,
 * are kept until the first file changes.
 */
export class FileRows implements RowSource {
  readonly name: string;
  readonly #find: FindFiles;
  readonly #options: FileOptions;
  #known:
    | { readonly file: FoundFile; readonly reader: FileReader; readonly last: FoundFile | undefined }
    | undefined;

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
    const { openFile } = await import("./file-work.ts");
    const options = this.#options;
    const known =
      this.#known !== undefined && isSame(this.#known.file, first) ? this.#known.reader : undefined;
    let reader = known ?? (await openFile(first, options, undefined, signal));
    for (const other of known === undefined && reader.hasNoTypes === true ? others : []) {
      const next = await openFile(other, options, undefined, signal);
      if (next.hasNoTypes === true) continue;
      reader = await openFile(first, options, typesOf(next), signal);
      break;
    }
    if (reader.schema.fields.length === 0 && reader.hasNoTypes === true) {
      throw new DlfLanceError(
        "InvalidInput",
        `Cannot read ${this.name}: ${others.length === 0 ? "it holds" : "its files hold"} no objects; name its columns, as in { types: { a: "int64" } }`,
      );
    }
    const opened = reader;
    const types = typesOf(opened);
    // A column that was added later is in the last file. To find it, not all of them have to be opened.
    const last = others.at(-1);
    const checked = this.#known?.last;
    if (last !== undefined && (checked === undefined || !isSame(checked, last))) {
      const { schema } = await openFile(last, options, types, signal);
      refuseOtherColumns(first.name, opened.schema, last.name, schema);
    }
    this.#known = { file: first, reader, last };
    const { schema, rows, inPlace } = opened;
    const isLarge = rows === undefined ? first.bytes >= manyBytes : rows >= manyRows;
    const isAlone = others.length === 0;
    return {
      schema,
      isFile: true,
      bytes: [first, ...others].reduce((sum, { bytes }) => sum + bytes, 0),
      rows: isAlone ? rows : undefined,
      inPlace: isAlone && isLarge ? inPlace : undefined,
      async *batches(columns, ownSignal) {
        yield* opened.batches(columns, ownSignal);
        const open = (file: FoundFile) => openFile(file, options, types, ownSignal);
        for await (const [file, next] of openAhead(others, open)) {
          refuseOtherColumns(first.name, schema, file.name, next.schema);
          yield* next.batches(columns ?? schema.fields.map(({ name }) => name), ownSignal);
        }
      },
    };
  }
}

/** One that was fetched again lies elsewhere. */
function isSame(one: FoundFile, other: FoundFile): boolean {
  return one.stamp === other.stamp && one.path === other.path;
}

function typesOf({ schema }: FileReader): ColumnTypes {
  return new Map(schema.fields.map(({ name, type }) => [name, type]));
}

/** Files that are opened while the one before them is read: opening a small one takes as long as reading it. */
const openedAhead = 4;

/** The files in their order, each opened. */
async function* openAhead(
  files: readonly FoundFile[],
  open: (file: FoundFile) => Promise<FileReader>,
): AsyncGenerator<readonly [FoundFile, FileReader], void, undefined> {
  const opening: Promise<FileReader>[] = [];
  for (const [index, file] of files.entries()) {
    while (opening.length < Math.min(index + openedAhead, files.length)) {
      const reader = open(files[opening.length] as FoundFile);
      reader.catch(() => undefined);
      opening.push(reader);
    }
    yield [file, await (opening[index] as Promise<FileReader>)];
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
