/** The kernel's way to show something, as `show` finds it. Holds nothing else, so that a kernel can load it at start. */
import { shareValue } from "../shared-value.ts";
import type { MimeBundle } from "./bundle.ts";

/** Shows what `format` answers, in order with what else the cell shows. */
export type Displayer = (format: () => MimeBundle | Promise<MimeBundle>) => Promise<void>;

const shared = shareValue<Displayer>("dlf-lance.displayer");

/** Makes the kernel's way known to every copy of this package. */
export function publishDisplayer(displayer: Displayer): void {
  shared.write(displayer);
}

export function currentDisplayer(): Displayer | undefined {
  return shared.read();
}
