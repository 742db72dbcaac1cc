/** What each type of index can be asked for. */
import type { OptionNames } from "../check-options.ts";
import type { IndexKind } from "../table/native/table-indices.ts";

type KindOf<T extends IndexKind["type"]> = Extract<IndexKind, { readonly type: T }>;

const vector = { type: true, metric: true, partitions: true } as const;
const quantizer = { subVectors: true, bits: true } as const;
const graph = { m: true, efConstruction: true } as const;

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
    withPosition: true,
    tokenizer: true,
    language: true,
    stem: true,
    removeStopWords: true,
    ngramMinLength: true,
    ngramMaxLength: true,
    prefixOnly: true,
  },
};
