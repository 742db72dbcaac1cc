/** The indices of one open table. */
import type * as LanceDb from "@lancedb/lancedb";
import { createInterruption } from "../../interrupt.ts";
import { translateNativeError, translateNativeRead } from "./native-error.ts";

export type Metric = "l2" | "cosine" | "dot";

interface VectorIndexSettings {
  /** How distances are measured; `l2` when left out. A search by another metric does not use the index. */
  readonly metric?: Metric;
  /** Into how many parts the vectors are sorted; the square root of the rows when left out. */
  readonly partitions?: number;
}

/** Into how many pieces a vector is cut, each stored in this many bits. */
interface QuantizerSettings {
  readonly subVectors?: number;
  readonly bits?: 4 | 8;
}

interface GraphSettings {
  /** Edges of each node of the graph; 20 when left out. */
  readonly m?: number;
  /** Candidates while the graph is built; 300 when left out. */
  readonly efConstruction?: number;
}

export interface FullTextSettings {
  /** Keeps the places of words, which phrases need. */
  readonly withPosition?: boolean;
  /**
   * How text is cut into words. When left out, `icu` for a column that holds letters of other scripts than Latin, else
   * `simple`, at spaces and punctuation. `ngram` finds parts of words; `jieba/…` and `lindera/…` need a dictionary.
   */
  readonly tokenizer?:
    | "simple"
    | "whitespace"
    | "raw"
    | "ngram"
    | "icu"
    | "icu/split"
    | `jieba/${string}`
    | `lindera/${string}`;
  /** Of stems and stop words, such as `English`. */
  readonly language?: string;
  readonly stem?: boolean;
  /** Leaves out words such as `the`. When left out, true, but false for phrases, and for `icu` without a language. */
  readonly removeStopWords?: boolean;
  /** Of n-grams, in characters: 3 each when left out. A shorter text is not found. */
  readonly ngramMinLength?: number;
  readonly ngramMaxLength?: number;
  /** Keeps only n-grams at the beginnings of words. */
  readonly prefixOnly?: boolean;
}

/** The kind of an index and its settings. */
export type IndexKind =
  | ({ readonly type: "ivf_flat" } & VectorIndexSettings)
  | ({ readonly type: "ivf_pq" } & VectorIndexSettings & QuantizerSettings)
  | ({ readonly type: "ivf_hnsw_pq" } & VectorIndexSettings & QuantizerSettings & GraphSettings)
  | ({ readonly type: "ivf_hnsw_sq" } & VectorIndexSettings & GraphSettings)
  | { readonly type: "btree" }
  | { readonly type: "bitmap" }
  | { readonly type: "label_list" }
  | ({ readonly type: "fts" } & FullTextSettings);

/** An index of a table, and how much of the table it covers. */
export interface LanceIndex {
  readonly name: string;
  /** As the library calls it, such as `IvfPq` or `BTree`. */
  readonly type: string;
  readonly columns: readonly string[];
  readonly indexedRows: number | undefined;
  /** Rows written after the index was built; a search reads them without it. */
  readonly unindexedRows: number | undefined;
  readonly bytes: number | undefined;
  readonly createdAt: Date | undefined;
}

/** What Lance itself counts of an index. */
export interface LanceIndexStatistics {
  readonly type: string;
  readonly metric: string | undefined;
  readonly indexedRows: number;
  readonly unindexedRows: number;
  readonly segments: number | undefined;
}

export interface CreateIndexRequest {
  readonly column: string;
  readonly kind: IndexKind;
  readonly name: string | undefined;
  readonly replace: boolean;
  /** Ends the building; the table is then as it was. */
  readonly signal: AbortSignal | undefined;
}

export interface LanceIndices {
  create(request: CreateIndexRequest): Promise<void>;
  list(): Promise<LanceIndex[]>;
  statistics(index: string): Promise<LanceIndexStatistics | undefined>;
  drop(index: string): Promise<void>;
}

type Library = Pick<typeof LanceDb, "Index">;

export function createIndices(name: string, table: LanceDb.Table, library: Library): LanceIndices {
  return {
    create: (request) =>
      translateNativeError(`index column ${request.column} of ${name}`, () => build(request)),
    list: () =>
      translateNativeRead(`list the indices of ${name}`, async () =>
        (await table.listIndices()).map(readIndex),
      ),
    statistics: (index) =>
      translateNativeRead(`read the statistics of index ${index} of ${name}`, async () => {
        const found = await table.indexStats(index);
        return found && readStatistics(found);
      }),
    drop: (index) => translateNativeError(`drop index ${index} of ${name}`, () => table.dropIndex(index)),
  };

  async function build({ column, kind, name: index, replace, signal }: CreateIndexRequest): Promise<void> {
    const config = buildConfig(library, kind);
    const job = await table.createIndexAsync(column, {
      config,
      replace,
      ...(index === undefined ? {} : { name: index }),
    });
    const cancel = () => void job.cancel().catch(() => undefined);
    if (signal?.aborted) cancel();
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      await job.wait();
    } catch (error) {
      if ((await job.status().catch(() => "")) !== "cancelled") throw error;
      throw createInterruption(`index column ${column} of ${name}`);
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }
}

function buildConfig({ Index }: Library, kind: IndexKind): LanceDb.Index {
  switch (kind.type) {
    case "ivf_flat":
      return Index.ivfFlat(vectorOptions(kind));
    case "ivf_pq":
      return Index.ivfPq({ ...vectorOptions(kind), ...quantizerOptions(kind) });
    case "ivf_hnsw_pq":
      return Index.hnswPq({ ...vectorOptions(kind), ...quantizerOptions(kind), ...graphOptions(kind) });
    case "ivf_hnsw_sq":
      return Index.hnswSq({ ...vectorOptions(kind), ...graphOptions(kind) });
    case "btree":
      return Index.btree();
    case "bitmap":
      return Index.bitmap();
    case "label_list":
      return Index.labelList();
    case "fts":
      return Index.fts(fullTextOptions(kind));
    default:
      return kind satisfies never;
  }
}

function vectorOptions({ metric = "l2", partitions }: VectorIndexSettings) {
  return { distanceType: metric, ...(partitions === undefined ? {} : { numPartitions: partitions }) };
}

function quantizerOptions({ subVectors, bits }: QuantizerSettings) {
  return {
    ...(subVectors === undefined ? {} : { numSubVectors: subVectors }),
    ...(bits === undefined ? {} : { numBits: bits }),
  };
}

function graphOptions({ m, efConstruction }: GraphSettings) {
  return { ...(m === undefined ? {} : { m }), ...(efConstruction === undefined ? {} : { efConstruction }) };
}

function fullTextOptions({ tokenizer, ...settings }: FullTextSettings) {
  const { language, withPosition, stem, removeStopWords, ngramMinLength, ngramMaxLength, prefixOnly } =
    settings;
  return {
    ...(tokenizer === undefined ? {} : { baseTokenizer: tokenizer }),
    ...(ngramMinLength === undefined ? {} : { ngramMinLength }),
    ...(ngramMaxLength === undefined ? {} : { ngramMaxLength }),
    ...(prefixOnly === undefined ? {} : { prefixOnly }),
    ...(language === undefined ? {} : { language }),
    ...(withPosition === undefined ? {} : { withPosition }),
    ...(stem === undefined ? {} : { stem }),
    ...(removeStopWords === undefined ? {} : { removeStopWords }),
  };
}

function readIndex(index: LanceDb.IndexConfig): LanceIndex {
  return Object.freeze({
    name: index.name,
    type: index.indexType,
    columns: Object.freeze([...index.columns]),
    indexedRows: index.numIndexedRows,
    unindexedRows: index.numUnindexedRows,
    bytes: index.sizeBytes,
    createdAt: index.createdAt,
  });
}

function readStatistics(statistics: LanceDb.IndexStatistics): LanceIndexStatistics {
  return Object.freeze({
    type: statistics.indexType,
    metric: statistics.distanceType,
    indexedRows: statistics.numIndexedRows,
    unindexedRows: statistics.numUnindexedRows,
    segments: statistics.numIndices,
  });
}
