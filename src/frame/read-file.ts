/** Frames over files. */

import { parseFilePath } from "./builder/arguments.ts";
import { FileRows, type FindFiles } from "./files/file-rows.ts";
import { findFiles } from "./files/find-files.ts";
import { parseReadOptions, type ReadFileOptions } from "./files/read-options.ts";
import { Frame } from "./frame.ts";

/** A frame over the files of this machine at a path, or that fit a pattern. @throws DlfLanceError InvalidInput for wrong options. */
export function readLocalFile(path: string, options: ReadFileOptions): Frame {
  const name = parseFilePath(path, "read a file");
  return readFilesOf(name, (action) => findFiles(name, action), options);
}

/** A frame over files that are found when it runs. @throws DlfLanceError InvalidInput for wrong options. */
export function readFilesOf(name: string, find: FindFiles, options: ReadFileOptions): Frame {
  return Frame.of(new FileRows(name, find, parseReadOptions(name, options, `read ${name}`)), name);
}
