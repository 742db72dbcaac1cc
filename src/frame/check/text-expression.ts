/** Texts that people write where a column is computed, as they would in SQL: a frame would store them as they are. */

const tokenPattern =
  /\s*(?:(?<number>\d+(?:\.\d+)?(?:e[+-]?\d+)?)(?![\p{L}\p{N}_])|(?<text>'[^']*')|(?<name>[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*|"[^"]+"|`[^`]+`)|(?<sign><=|>=|<>|!=|==|\|\||[-+*/%(),<>=]))/uy;
const operators = new Set(["<=", ">=", "<>", "!=", "==", "||", ..."-+*/%<>=", "and", "or", "like"]);
const constants = new Set(["true", "false", "null"]);

interface Token {
  readonly kind: "number" | "text" | "name" | "sign";
  readonly text: string;
}

/** Not a complete reading of SQL: calls, operators and parentheses over names and constants. */
class NotAnExpression extends Error {}

/**
 * The columns that a text computes with, where it reads as an expression; undefined for any other text, also for one
 * that is a column's name or a constant and no more.
 */
export function columnsOfText(text: string, known: ReadonlySet<string>): readonly string[] | undefined {
  try {
    const { columns, computes } = readExpression(tokensOf(text), known);
    return computes && columns.size > 0 ? [...columns] : undefined;
  } catch (error) {
    if (error instanceof NotAnExpression) return undefined;
    throw error;
  }
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  for (let at = 0; at < end; at = tokenPattern.lastIndex) {
    tokenPattern.lastIndex = at;
    const [kind, found] =
      Object.entries(tokenPattern.exec(text)?.groups ?? {}).find(([, value]) => value !== undefined) ?? [];
    if (kind === undefined || found === undefined) throw new NotAnExpression();
    tokens.push({ kind: kind as Token["kind"], text: found });
  }
  return tokens;
}

function readExpression(tokens: readonly Token[], known: ReadonlySet<string>) {
  const columns = new Set<string>();
  let computes = false;
  let at = 0;
  const word = () => tokens[at]?.text.toLowerCase() ?? "";
  const accept = (...words: readonly string[]) => {
    if (at >= tokens.length || !words.includes(word())) return false;
    at++;
    return true;
  };
  const need = (...words: readonly string[]) => {
    if (!accept(...words)) throw new NotAnExpression();
  };

  function readOperation(depth: number): void {
    if (depth > 50) throw new NotAnExpression();
    readOperand(depth);
    while (accept(...operators)) {
      computes = true;
      readOperand(depth);
    }
  }

  function readOperand(depth: number): void {
    while (accept("-", "+", "not")) computes = true;
    if (accept("(")) {
      readOperation(depth + 1);
      need(")");
    } else readName(depth);
    if (accept("is")) {
      computes = true;
      accept("not");
      need("null");
    }
  }

  function readName(depth: number): void {
    const token = tokens[at++];
    if (token === undefined || token.kind === "sign") throw new NotAnExpression();
    if (token.kind !== "name" || constants.has(token.text.toLowerCase())) return;
    if (accept("(")) {
      computes = true;
      if (accept(")")) return;
      do readOperation(depth + 1);
      while (accept(","));
      need(")");
      return;
    }
    const name = token.text.replace(/^["`]|["`]$/g, "");
    const column = [name, name.split(".")[0] ?? name].find((each) => known.has(each));
    if (column === undefined) throw new NotAnExpression();
    columns.add(column);
  }

  readOperation(0);
  if (at < tokens.length) throw new NotAnExpression();
  return { columns, computes };
}
