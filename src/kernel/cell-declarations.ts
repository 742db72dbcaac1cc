/** What every cell has in scope beside the prelude, as the compiler is told; see `cell-scope.ts` for what it is. */
export const cellDeclarations = `
declare const display: (value: unknown, options?: { display_id?: string; update?: boolean; raw?: boolean }) => Promise<void>;
declare const clearOutput: (wait?: boolean) => void;
declare const input: (prompt?: string, password?: boolean) => Promise<string>;
declare const parameters: Readonly<Record<string, unknown>>;
`;
