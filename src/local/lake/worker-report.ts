import type { ErrorCode } from "../../errors.ts";
import type { LocalLake } from "./lake-options.ts";

/** What the lake's thread tells at its start. */
export type WorkerReport =
  | { readonly kind: "ready"; readonly description: Omit<LocalLake, "close"> }
  | { readonly kind: "failed"; readonly code: ErrorCode; readonly message: string };
