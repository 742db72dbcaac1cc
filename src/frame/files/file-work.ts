/** What reads and writes files, loaded when the first one is. */
export { openFile } from "./open-file.ts";
export { writeRows } from "./write-rows.ts";
