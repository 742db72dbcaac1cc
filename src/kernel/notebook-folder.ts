/**
 * The notebook's folder under the name the compiler knows it by. The name is the same for every notebook, so that
 * what the compiler has learnt before it knew the folder stays true.
 */
export interface NotebookFolder {
  /** The compiler's name of the folder; no such folder exists. */
  readonly virtual: string;
  /** Says which folder it is; until then it is empty. */
  place(real: string): void;
  /** The path as the file system knows it; undefined in the folder while that is nowhere. */
  toReal(path: string): string | undefined;
  /** The path as the compiler knows it. */
  toVirtual(path: string): string;
  /** True for a path of the compiler's that lies in the folder. */
  has(path: string): boolean;
  /** The text with real paths in place of the compiler's. */
  nameReal(text: string): string;
}

const virtual = "/.dlf-lance-notebook";

export function createNotebookFolder(): NotebookFolder {
  let real: string | undefined;

  function move(path: string, from: string, to: string): string {
    if (path === from) return to;
    return path.startsWith(`${from}/`) ? to + path.slice(from.length) : path;
  }

  return {
    virtual,
    place: (folder) => {
      const path = folder.replaceAll("\\", "/");
      // The root folder is the empty text, so that "/" and a name follow.
      real = path.endsWith("/") ? path.slice(0, -1) : path;
    },
    toReal: (path) => {
      if (path !== virtual && !path.startsWith(`${virtual}/`)) return path;
      return real === undefined ? undefined : move(path, virtual, real) || "/";
    },
    toVirtual: (path) => (real === undefined ? path : move(path, real, virtual)),
    has: (path) => path.startsWith(`${virtual}/`),
    nameReal: (text) => (real === undefined ? text : text.replaceAll(virtual, real)),
  };
}
