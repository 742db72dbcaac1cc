/**
 * One table of a FlatBuffer, read and changed in place by the numbers of its fields.
 *
 * @see https://flatbuffers.dev/internals/ "Tables"
 */
export class FlatTable {
  readonly #view: DataView;
  readonly #at: number;

  private constructor(view: DataView, at: number) {
    this.#view = view;
    this.#at = at;
  }

  /** The root table of the FlatBuffer that starts at `start`. */
  static root(view: DataView, start: number): FlatTable {
    return new FlatTable(view, start + view.getUint32(start, true));
  }

  has(slot: number): boolean {
    return this.#place(slot) !== undefined;
  }

  /** An unsigned byte; 0, as FlatBuffers' default is, when the field is absent. */
  byte(slot: number): number {
    const place = this.#place(slot);
    return place === undefined ? 0 : this.#view.getUint8(place);
  }

  setByte(slot: number, value: number): void {
    const place = this.#place(slot);
    if (place !== undefined) this.#view.setUint8(place, value);
  }

  long(slot: number): number {
    const place = this.#place(slot);
    return place === undefined ? 0 : Number(this.#view.getBigInt64(place, true));
  }

  table(slot: number): FlatTable {
    const place = this.#place(slot);
    if (place === undefined) throw new RangeError(`The FlatBuffer has no table in slot ${slot}`);
    return this.#follow(place);
  }

  /** The tables of a vector; none when it is absent. */
  tables(slot: number): FlatTable[] {
    return this.structs(slot, 4).map((place) => this.#follow(place));
  }

  /** Where the elements of a vector lie, each `size` bytes long. */
  structs(slot: number, size: number): number[] {
    const place = this.#place(slot);
    if (place === undefined) return [];
    const vector = place + this.#view.getUint32(place, true);
    const length = this.#view.getUint32(vector, true);
    return Array.from({ length }, (_, index) => vector + 4 + index * size);
  }

  #follow(place: number): FlatTable {
    return new FlatTable(this.#view, place + this.#view.getUint32(place, true));
  }

  #place(slot: number): number | undefined {
    const layout = this.#at - this.#view.getInt32(this.#at, true);
    const entry = 4 + slot * 2;
    if (entry >= this.#view.getUint16(layout, true)) return undefined;
    const offset = this.#view.getUint16(layout + entry, true);
    return offset === 0 ? undefined : this.#at + offset;
  }
}
