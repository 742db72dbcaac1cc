/** The functions every cell has in scope beside the prelude, and their declarations for the compiler. */
import type { CellOutput, DisplayOptions } from "./cell-output.ts";
import type { CellScope } from "./engine.ts";

export const cellScopeDeclarations = `
declare const display: (value: unknown, options?: { display_id?: string; update?: boolean; raw?: boolean }) => Promise<void>;
declare const clearOutput: (wait?: boolean) => void;
declare const input: (prompt?: string, password?: boolean) => Promise<string>;
`;

/** `ask` puts a question to whoever runs the current cell. */
export function createCellScope(
  output: CellOutput,
  ask: (prompt: string, isPassword: boolean) => Promise<string>,
): CellScope {
  return {
    declarations: cellScopeDeclarations,
    values: {
      display: (value: unknown, options?: DisplayOptions) => output.display(value, options),
      clearOutput: (wait = false) => output.publish("clear_output", { wait }),
      input: (prompt = "", password = false) => ask(prompt, password),
    },
  };
}
