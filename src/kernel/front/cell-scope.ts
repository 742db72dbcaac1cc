/** What every cell has in scope, as it is declared to the checker; see `cells/cell-scope.ts` for what it is. */
import type { CellScope } from "../language/checker.ts";
import type { FrontStart } from "../wire/thread-messages.ts";

const declarations = `
declare const display: (value: unknown, options?: { display_id?: string; update?: boolean; raw?: boolean }) => Promise<void>;
declare const clearOutput: (wait?: boolean) => void;
declare const input: (prompt?: string, password?: boolean) => Promise<string>;
declare const parameters: Readonly<Record<string, unknown>>;
declare let _: any;
declare const openComm: (target: string, data?: object, metadata?: object) => {
  /** By which a front end finds it. */
  readonly id: string;
  /** Sends to the front end. */
  send(data: object): void;
  /** Closes it for both sides. */
  close(data?: object): void;
  /** Takes what the front end sends from now on. */
  onMessage(handle: (data: Record<string, unknown>) => void | Promise<void>): void;
  /** Hears that the front end has closed it. */
  onClose(handle: () => void): void;
};
`;

/** The names that stand for boxes before any cell has run, besides the prelude's. */
export const scopeNames = [
  "display",
  "clearOutput",
  "input",
  "parameters",
  "_",
  "openComm",
  "require",
  "__filename",
  "__dirname",
] as const;

export function cellScope(prelude: FrontStart["prelude"]): CellScope {
  return { ...prelude, declarations };
}
