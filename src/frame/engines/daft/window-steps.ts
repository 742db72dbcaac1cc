/** The steps on Daft that a window becomes: functions of one order in one step. */
import type { ProgramSortKey, ProgramStep, ProgramWindowFunction } from "../../../daft/program.ts";

/**
 * Which rows a function sees of its partition, and how: all (`whole`); in the order of the window, with the place of rows
 * telling equal ones apart (`rows`) or not (`peers`); and both from the end.
 */
export type WindowOrder = "whole" | "rows" | "peers" | "rowsFromEnd" | "peersFromEnd";

type AddedFunction = Omit<ProgramWindowFunction, "name">;

export class WindowSteps {
  readonly #partition: readonly string[];
  readonly #order: readonly ProgramSortKey[];
  readonly #place: ProgramSortKey;
  readonly #next: () => string;
  readonly #first = new Map<WindowOrder, ProgramWindowFunction[]>();
  /** Of rows that are equal in the order, over what the first steps gave. */
  readonly #ofPeers: ProgramWindowFunction[] = [];

  /** @param place a column with the number of each row */
  constructor(
    partition: readonly string[],
    order: readonly ProgramSortKey[],
    place: string,
    next: () => string,
  ) {
    this.#partition = partition;
    this.#order = order;
    this.#place = { column: place, descending: false, nullsFirst: false };
    this.#next = next;
  }

  /** @returns the name of the column */
  add(order: WindowOrder, added: AddedFunction): string {
    const functions = this.#first.get(order) ?? [];
    this.#first.set(order, functions);
    return this.#push(functions, added);
  }

  /** What the column holds in the last row, or the first, of those that are equal in the order. */
  ofPeers(function_: "lastValue" | "firstValue", column: string): string {
    return this.#push(this.#ofPeers, { function: function_, column, frame: [null, null] });
  }

  over(input: ProgramStep): ProgramStep {
    let step = input;
    for (const [order, functions] of this.#first)
      step = { step: "window", input: step, partition: this.#partition, order: this.#keys(order), functions };
    if (this.#ofPeers.length === 0) return step;
    const partition = [...this.#partition, ...this.#order.map(({ column }) => column)];
    return { step: "window", input: step, partition, order: [this.#place], functions: this.#ofPeers };
  }

  #push(functions: ProgramWindowFunction[], added: AddedFunction): string {
    const name = this.#next();
    functions.push({ ...added, name });
    return name;
  }

  #keys(order: WindowOrder): readonly ProgramSortKey[] {
    switch (order) {
      case "whole":
        return [];
      case "peers":
        return this.#order;
      case "rows":
        return [...this.#order, this.#place];
      case "peersFromEnd":
        return this.#order.map(turn);
      case "rowsFromEnd":
        return [...this.#order, this.#place].map(turn);
      default:
        return order satisfies never;
    }
  }
}

function turn({ column, descending, nullsFirst }: ProgramSortKey): ProgramSortKey {
  return { column, descending: !descending, nullsFirst: !nullsFirst };
}
