/** The one import of @uwdata/flechette, which reads Arrow types that our version of apache-arrow does not. */
import { createRequire } from "node:module";
import type * as Flechette from "@uwdata/flechette";

/** Loads the library, on first use. */
export function loadFlechette(): typeof Flechette {
  return createRequire(import.meta.url)("@uwdata/flechette") as typeof Flechette;
}
