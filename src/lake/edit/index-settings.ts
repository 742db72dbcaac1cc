/** What each type of index can be asked for. */
import type { OptionNames } from "../../check-options.ts";
import type { IndexKind } from "../../table/native/table-indices.ts";

type KindOf<T extends IndexKind["type"]> = Extract<IndexKind, { readonly type: T }>;

const vector = { type: true, metric: ["l2", "cosine", "dot"], partitions: "amount" } as const;
const quantizer = { subVectors: "amount", bits: [4, 8] } as const;
const graph = { m: "amount", efConstruction: "amount" } as const;

/** Those that the native library knows; it aborts the process over any other. */
const languages = [
  "Arabic",
  "Danish",
  "Dutch",
  "English",
  "Finnish",
  "French",
  "German",
  "Greek",
  "Hungarian",
  "Italian",
  "Norwegian",
  "Portuguese",
  "Romanian",
  "Russian",
  "Spanish",
  "Swedish",
  "Tamil",
  "Turkish",
] as const;

/** The settings of each type of index. */
export const indexSettings: { readonly [T in IndexKind["type"]]: OptionNames<KindOf<T>> } = {
  ivf_flat: vector,
  ivf_pq: { ...vector, ...quantizer },
  ivf_hnsw_pq: { ...vector, ...quantizer, ...graph },
  ivf_hnsw_sq: { ...vector, ...graph },
  btree: { type: true },
  bitmap: { type: true },
  label_list: { type: true },
  fts: {
    type: true,
    withPosition: "flag",
    tokenizer: "text",
    language: languages,
    stem: "flag",
    removeStopWords: "flag",
    ngramMinLength: "amount",
    ngramMaxLength: "amount",
    prefixOnly: "flag",
  },
};
