/** Where the values of cells' names are: one box a name, whichever cells declare it. */

/** Holds the value under the name itself: V8 then keeps the shape of each box apart. */
export type Box = Record<string, unknown>;

/** No prototype of ours is in the way of a name such as `toString`. */
const EmptyBox = function EmptyBox() {} as unknown as { new (): Box; prototype: object };
EmptyBox.prototype = Object.create(null) as object;

const { defineProperty, getOwnPropertyDescriptor } = Object;

export interface Boxes {
  get(name: string): Box;
  read(name: string): unknown;
  set(name: string, value: unknown): void;
  /** What was linked holds its value again: a cell is to declare it. */
  unlink(name: string): void;
  /** The name follows what a module exports. */
  link(name: string, read: () => unknown): void;
}

export function createBoxes(): Boxes {
  const boxes = new Map<string, Box>();

  function get(name: string): Box {
    let box = boxes.get(name);
    if (box === undefined) {
      box = new EmptyBox();
      boxes.set(name, box);
    }
    return box;
  }

  function unlink(name: string): void {
    const box = get(name);
    if (getOwnPropertyDescriptor(box, name)?.get === undefined) return;
    defineProperty(box, name, { value: box[name], writable: true, enumerable: true, configurable: true });
  }

  return {
    get,
    read: (name) => get(name)[name],
    set: (name, value) => {
      unlink(name);
      get(name)[name] = value;
    },
    unlink,
    link: (name, read) => {
      defineProperty(get(name), name, { get: read, enumerable: true, configurable: true });
    },
  };
}
