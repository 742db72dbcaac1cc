/** Bitmaps with the first row in the lowest bit: Arrow's validity and booleans, DuckDB's validity. */

/** Bits from `begin` on, moved so that the first is the lowest of the first byte. Those behind `count` are any. */
export function alignBits(bits: Uint8Array, begin: number, count: number): Uint8Array {
  const first = begin >> 3;
  const length = Math.ceil(count / 8);
  const shift = begin & 7;
  if (shift === 0) return bits.subarray(first, first + length);
  const aligned = new Uint8Array(length);
  for (let at = 0; at < length; at++) {
    aligned[at] = ((bits[first + at] ?? 0) >> shift) | ((bits[first + at + 1] ?? 0) << (8 - shift));
  }
  return aligned;
}

export function getBit(bits: Uint8Array, position: number): boolean {
  return (((bits[position >> 3] ?? 0) >> (position & 7)) & 1) === 1;
}

export function setBit(bits: Uint8Array, position: number): void {
  bits[position >> 3] = (bits[position >> 3] ?? 0) | (1 << (position & 7));
}

/** Every bit a given number of times, one after the other. */
export function repeatBits(bits: Uint8Array, count: number, times: number): Uint8Array {
  const repeated = new Uint8Array(Math.ceil((count * times) / 8));
  for (let row = 0; row < count; row++) {
    if (!getBit(bits, row)) continue;
    for (let at = row * times; at < (row + 1) * times; at++) setBit(repeated, at);
  }
  return repeated;
}

/** Where both are set; a missing one counts as all set. */
export function joinBits(
  left: Uint8Array | undefined,
  right: Uint8Array | undefined,
): Uint8Array | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return left.map((byte, at) => byte & (right[at] ?? 0));
}
