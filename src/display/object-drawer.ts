/** What draws plain objects that are more than their properties, as specifications of charts are. Loads nothing itself. */
import { shareValue } from "../shared-value.ts";
import type { MimeBundle } from "./bundle.ts";

/** Undefined for objects that are what they look like. */
export type ObjectDrawer = (value: Readonly<Record<string, unknown>>) => Promise<MimeBundle> | undefined;

const shared = shareValue<ObjectDrawer>("dlf-lance.object-drawer");

/** Makes it known to every copy of this package, that of the kernel among them. */
export function publishObjectDrawer(drawer: ObjectDrawer): void {
  shared.write(drawer);
}

export function currentObjectDrawer(): ObjectDrawer | undefined {
  return shared.read();
}
