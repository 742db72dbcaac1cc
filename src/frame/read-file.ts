/** Frames over files. */

import { loadWhenUsed } from "../load-when-used.ts";
import { z } from "../zod.ts";
import { parse } from "./builder/arguments.ts";
import { FileRows, type FindFiles } from "./files/file-rows.ts";
import { findFiles } from "./files/find-files.ts";
import { parseReadOptions, type ReadFileOptions } from "./files/read-options.ts";
import { Frame } from "./frame.ts";

const filePath = loadWhenUsed(() => z.string("a file's path is text").min(1, "a file's path is not empty"));

/** A frame over the files of this machine at a path, or that fit a pattern. @throws DlfLanceError InvalidInput for wrong options. */
export function readLocalFile(path: string, options: ReadFileOptions): Frame {
  const name = parse(filePath, path, "read a file");
  return readFilesOf(name, (action) => findFiles(name, action), options);
}

/** A frame over files that are found when it runs. @throws DlfLanceError InvalidInput for wrong options. */
export function readFilesOf(name: string, find: FindFiles, options: ReadFileOptions): Frame {
  return Frame.of(new FileRows(name, find, parseReadOptions(name, options, `read ${name}`)), name);
}
