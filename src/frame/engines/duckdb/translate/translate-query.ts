/** A query: a SELECT, or several combined, with what it names by WITH. */
import type { Field } from "../../../../arrow.ts";
import type { LiteralNode } from "../../../expression/literal.ts";
import type { Plan } from "../../../plan/plan.ts";
import { readCommonTables } from "../statements/common-tables.ts";
import { catalogSchema } from "../statements/quote-schemas.ts";
import { countTables } from "../statements/statement-selects.ts";
import { Columns, type Relation } from "./columns.ts";
import { refusePart } from "./refuse-part.ts";
import type { Scope } from "./scope.ts";
import { finishSelect, readRows } from "./translate-select.ts";
import { translateSetOperation } from "./translate-set-operation.ts";
import type { Names, SelectRows, Translator } from "./translator.ts";
import { type Tree, textAt } from "./tree.ts";

/** A table of the statement. */
export interface TranslatedTable {
  readonly plan: Plan;
  readonly fields: readonly Field[];
}

export class TranslateQuery implements Translator {
  readonly columns = new Columns();
  readonly parameters: readonly LiteralNode[];
  readonly #tables: ReadonlyMap<string, TranslatedTable>;

  constructor(tables: ReadonlyMap<string, TranslatedTable>, parameters: readonly LiteralNode[]) {
    this.#tables = tables;
    this.parameters = parameters;
  }

  table(name: string): Relation {
    const table = this.#tables.get(name);
    if (table === undefined)
      throw refusePart(`the table ${name.replace(`${catalogSchema}.`, "information_schema.")}`);
    return this.columns.rename(table.plan, table.fields, name);
  }

  query(node: Tree, outer: Names): Relation {
    const names = this.names(node, outer);
    switch (node.type) {
      case "SELECT_NODE":
        return this.finishSelect(node, names, this.readRows(node, names));
      case "SET_OPERATION_NODE":
        return translateSetOperation(node, names, this);
      case "RECURSIVE_CTE_NODE":
        throw refusePart("WITH RECURSIVE");
      default:
        throw refusePart(textAt(node, "type").replaceAll("_", " "));
    }
  }

  readRows(node: Tree, names: Names, outer?: Scope): SelectRows {
    return readRows(node, names, this, outer);
  }

  finishSelect(node: Tree, names: Names, rows: SelectRows): Relation {
    return finishSelect(node, names, this, rows);
  }

  names(node: Tree, outer: Names): Names {
    const names = new Map(outer);
    for (const common of readCommonTables(node)) {
      const query = common.node as Tree;
      if (common.isRecursive || query.type === "RECURSIVE_CTE_NODE") throw refusePart("WITH RECURSIVE");
      if (countTables(node, common.name) > 1 && holdsLimit(query))
        throw refusePart(
          `${common.name}, which has a LIMIT and is read more than once,`,
          "Daft computes it each time, and may keep other rows",
        );
      names.set(common.name, { node: query, aliases: common.aliases.map(String), names: new Map(names) });
    }
    return names;
  }
}

function holdsLimit(part: unknown): boolean {
  if (typeof part !== "object" || part === null) return false;
  if ("type" in part && String(part.type).startsWith("LIMIT")) return true;
  return Object.values(part).some(holdsLimit);
}
