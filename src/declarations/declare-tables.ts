/** Tables as TypeScript declarations: `read("demo.sales")` knows its columns wherever they are in the program. */
import type { Field } from "../arrow.ts";
import { fieldTypeName } from "../display/arrow/type-name.ts";
import { columnType, importedTypes, propertyName } from "./column-type.ts";

export interface DeclaredTable {
  /** As `read` takes it: `demo.sales`. */
  readonly name: string;
  /** Left out where only the name is known: the table is completed then, and its columns are not checked. */
  readonly fields?: readonly Field[];
}

/**
 * The text of a module that adds the tables to `LakeTables` of this package; the same text for the same tables, in
 * whatever order they come. Names of any kind stay inside their quotes.
 * @example
 * declareTables([{ name: "demo.sales", fields: schema.fields }])
 * // declare module "dlf-lance" { interface LakeTables { "demo.sales": { … } } }
 */
export function declareTables(tables: readonly DeclaredTable[]): string {
  const sorted = [...tables].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const members = sorted.map(declareTable);
  const imported = [...importedTypes, untyped].filter((name) =>
    members.some((member) => member.includes(name)),
  );
  return [
    // With either line the file is a module, and what follows adds to the package; otherwise it would replace it.
    imported.length === 0 ? "export {};" : `import type { ${imported.join(", ")} } from "dlf-lance";`,
    'declare module "dlf-lance" {',
    "  interface LakeTables {",
    ...members,
    "  }",
    "}",
    "",
  ].join("\n");
}

const untyped = "Untyped";

function declareTable({ name, fields }: DeclaredTable): string {
  if (fields === undefined) return `    ${propertyName(name)}: ${untyped};`;
  const columns = fields.map(
    (field) => `      /** ${describe(field)} */\n      ${propertyName(field.name)}: ${columnType(field)};`,
  );
  return [`    ${propertyName(name)}: {`, ...columns, "    };"].join("\n");
}

/**
 * The Arrow type for whoever points at the column, and what the catalog says of it. The name of a struct's field and a
 * description could end the comment.
 */
function describe(field: Field): string {
  const type = field.nullable ? `${fieldTypeName(field)}, may be null` : fieldTypeName(field);
  const description = field.metadata.get("description");
  const text = description === undefined ? type : `${type}: ${description}`;
  return text.replaceAll("*/", "*\u200b/").replace(/\s+/g, " ");
}
