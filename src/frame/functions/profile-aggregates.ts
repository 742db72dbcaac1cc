/**
 * What DuckDB computes for profiles alone: these aggregates have no method, and plans that are kept do not hold them.
 * `distinctSketch` is read by {@link readSketch}.
 */
export const profileAggregates = ["distinctSketch", "valueSample"] as const;

/** Values of a column in a sample, where it has as many. */
export const sampledValues = 16_384;

/** A list of values that are not null, each as likely as any other. Of all rows, as many are held as it has. */
export function valueSampleSql(value: string): string {
  return `coalesce(arg_min(${value}, random(), ${sampledValues}), [])`;
}

/** Bits of a hash that choose its register. */
export const registerBits = 12;
/** Bits of a hash after these: their zeros are counted. */
const rankBits = 20;
/** Of a register in the sketch: more than the ranks that there are. */
const sketchBits = 32;

/**
 * A HyperLogLog of 4,096 registers as bytes, null without values: bit `rank` of the 32 bits of a register is set where one
 * of its values has the rank. `approx_count_distinct` has 64 registers, and errs by a tenth.
 */
export function distinctSketchSql(value: string): string {
  const hash = `CAST(hash(${value}) & ${2 ** (registerBits + rankBits) - 1} AS BIGINT)`;
  const register = `${hash} & ${2 ** registerBits - 1}`;
  const rest = `((${hash} >> ${registerBits}) | ${2 ** rankBits})`;
  const rank = `bit_count(xor(${rest}, ${rest} - 1))`;
  const last = 2 ** registerBits * sketchBits - 1;
  // What stands in a filter, and not in a CASE, DuckDB computes once.
  const sketch = `bitstring_agg((${register}) * ${sketchBits} + ${rank}, 0, ${last})`;
  return `CAST(${sketch} FILTER (WHERE ${value} IS NOT NULL) AS BLOB)`;
}

/** The highest rank of each register, 0 where there is none. */
export function readSketch(sketch: Uint8Array): Uint8Array {
  const view = new DataView(sketch.buffer, sketch.byteOffset, sketch.byteLength);
  return Uint8Array.from({ length: 2 ** registerBits }, (_, register) => {
    const ranks = view.getUint32((register * sketchBits) / 8);
    // The first bit is the highest of the first byte.
    return ranks === 0 ? 0 : Math.clz32(ranks & -ranks);
  });
}
