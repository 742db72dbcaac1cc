/** The one import of zod, which is loaded with the first schema that is built. */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type * as Zod from "zod";
import { loadWhenUsed } from "./load-when-used.ts";
import { programFile } from "./package-folder.ts";
import type * as ZodLibrary from "./zod-library.ts";

export const z = loadWhenUsed(
  () => createRequire(import.meta.url)(fileURLToPath(programFile("zod-library"))) as typeof ZodLibrary,
);

export declare namespace z {
  export type Issue = Zod.core.$ZodIssue;
  export type RawIssue = Zod.core.$ZodRawIssue;
  export type infer<Schema> = Zod.infer<Schema>;
  export type input<Schema> = Zod.input<Schema>;
  export type output<Schema> = Zod.output<Schema>;
  export type ZodObject<Shape extends Zod.ZodRawShape = Zod.ZodRawShape> = Zod.ZodObject<Shape>;
  export type ZodType<Output = unknown, Input = unknown> = Zod.ZodType<Output, Input>;
}
