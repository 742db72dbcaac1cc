/** The types of tslab and of its TypeScript that the kernel speaks of. */
import type * as TypeScript from "@tslab/typescript-for-tslab";

export type { CompletionInfo, Converter, ConvertResult, Diagnostic } from "tslab/dist/converter.js";
export type { Executor } from "tslab/dist/executor.js";
export type { CodeMetadata } from "tslab/dist/metadata.js";
export type { TypeScript };
