/** What every cell has in scope, as the checker is told; see `cells/cell-scope.ts` for what it is. */
import type { CellScope } from "../language/checker.ts";
import type { FrontStart } from "../wire/thread-messages.ts";

const declarations = `
declare const display: (value: unknown, options?: { display_id?: string; update?: boolean; raw?: boolean }) => Promise<void>;
declare const clearOutput: (wait?: boolean) => void;
declare const input: (prompt?: string, password?: boolean) => Promise<string>;
declare const parameters: Readonly<Record<string, unknown>>;
declare let _: any;
`;

/** The names that stand for boxes before any cell has run, besides the prelude's. */
export const scopeNames = [
  "display",
  "clearOutput",
  "input",
  "parameters",
  "_",
  "require",
  "__filename",
  "__dirname",
] as const;

export function cellScope(prelude: FrontStart["prelude"]): CellScope {
  return { ...prelude, declarations };
}
