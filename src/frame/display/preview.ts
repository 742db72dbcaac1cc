import { inspect } from "node:util";
import { displaySymbol, inspectText, type MimeBundle } from "../../display/mime.ts";

/** The first rows of a frame, drawn: notebooks show it as a table, and `console.log` prints it as text. */
export class Preview {
  readonly #bundle: MimeBundle;

  /** @internal */
  constructor(bundle: MimeBundle) {
    this.#bundle = bundle;
  }

  toString(): string {
    return inspectText(this.#bundle);
  }

  [displaySymbol](): MimeBundle {
    return this.#bundle;
  }

  [inspect.custom](): string {
    return this.toString();
  }
}
