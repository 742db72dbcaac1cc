/** UNION, INTERSECT and EXCEPT. */
import { arrow, type DataType, Types } from "../../../../arrow.ts";
import { fieldTypeName, typeName } from "../../../../display/arrow/type-name.ts";
import type { ExpressionNode, SortKey } from "../../../expression/expression-node.ts";
import { kindOfType } from "../../../types/column-kind.ts";
import { isNullType, unite } from "../../../types/common-type.ts";
import { readConstant } from "../statements/statement-literals.ts";
import { isSameName } from "../statements/statement-selects.ts";
import { sortDirection } from "./bind-sort-key.ts";
import type { QueryColumn, Relation } from "./columns.ts";
import { castNode, nullLiteral } from "./constants.ts";
import { refusePart } from "./refuse-part.ts";
import { applyOrder, readModifiers } from "./translate-modifiers.ts";
import type { Names, Translator } from "./translator.ts";
import { describeTree, type Tree, textAt, textsAt, treeAt } from "./tree.ts";

export function translateSetOperation(node: Tree, names: Names, translate: Translator): Relation {
  const type = textAt(node, "setop_type");
  const isAll = node.setop_all === true;
  const [left, right] = [treeAt(node, "left"), treeAt(node, "right")].map((side) =>
    translate.query(side, names),
  ) as [Relation, Relation];
  const isUnion = type === "UNION" || type === "UNION_BY_NAME";
  if (!isUnion && (isAll || (type !== "INTERSECT" && type !== "EXCEPT")))
    throw refusePart(`${type.replaceAll("_", " ")}${isAll ? " ALL" : ""}`);
  const { sides, columns } = alignColumns(left, right, type === "UNION_BY_NAME", translate);
  const [input, other] = sides;
  const isIntersect = type === "INTERSECT";
  const modifiers = readModifiers(node, translate.parameters);
  const joined = isUnion
    ? ({ step: "concat", input, other } as const)
    : ({ step: "set", operation: isIntersect ? "intersect" : "except", input, other } as const);
  const isDistinct = modifiers.isDistinct || (isUnion && !isAll);
  const distinct = isDistinct ? ({ step: "distinct", input: joined, on: null } as const) : joined;
  const keys = modifiers.orders.flatMap((order) => sortKeys(order, columns));
  return { plan: applyOrder(distinct, keys, modifiers), columns };
}

/** The one of the columns that it sorts by: by its place or its name. */
function sortKeys(order: Tree, columns: readonly QueryColumn[]): readonly SortKey[] {
  const written = treeAt(order, "expression");
  if (written.class === "STAR")
    return columns.map(({ id }) => ({ expression: column(id), ...sortDirection(order) }));
  const place = readConstant(written);
  const path = textsAt(written, "column_names");
  const name = written.class === "COLUMN_REF" && path.length === 1 ? path[0] : undefined;
  const found =
    place?.type === "integer"
      ? columns[Number(place.text) - 1]
      : columns.find((each) => name !== undefined && isSameName(each.name ?? "", name));
  if (found === undefined)
    throw refusePart(`ORDER BY ${describeTree(written)} behind a UNION`, "sort by a column of the result");
  return [{ expression: column(found.id), ...sortDirection(order) }];
}

function column(name: string): ExpressionNode {
  return { node: "column", name };
}

interface AlignedColumns {
  readonly sides: readonly [Relation["plan"], Relation["plan"]];
  readonly columns: readonly QueryColumn[];
}

/** Both sides with the same columns, each of one type. */
function alignColumns(
  left: Relation,
  right: Relation,
  isByName: boolean,
  translate: Translator,
): AlignedColumns {
  const [own, others] = [left, right].map(({ columns }) =>
    columns.filter(({ isQualified }) => isQualified !== true),
  ) as [QueryColumn[], QueryColumn[]];
  const pairs = isByName
    ? pairByName(own, others)
    : own.map((one, index): [QueryColumn | undefined, QueryColumn | undefined] => [one, others[index]]);
  const aligned = pairs.map(([one, other]) => {
    const nodes = [one, other].map((each) => (each === undefined ? nullLiteral : column(each.id)));
    const name = one?.name ?? other?.name;
    const type = commonType(nodes, name ?? "a column", translate);
    const id = translate.columns.define(name ?? "column", new arrow.Field("", type, true), {
      isHuge: nodes.some((node) => translate.columns.isHuge(node)),
      mayBeNegativeZero: nodes.some((node) => translate.columns.mayBeNegativeZero(node)),
    });
    const expressions = nodes.map((node) => {
      const isSame = typeName(translate.columns.fieldOf(node).type) === typeName(type);
      return isSame ? node : castNode(node, typeName(type));
    });
    return { id, name, expressions };
  });
  const project = ({ plan: input }: Relation, index: 0 | 1): Relation["plan"] => ({
    step: "project",
    input,
    columns: aligned.map(({ id, expressions }) => ({
      name: id,
      expression: expressions[index] as ExpressionNode,
    })),
  });
  return {
    sides: [project(left, 0), project(right, 1)],
    columns: aligned.map(({ id, name }) => ({ name, table: undefined, id })),
  };
}

function pairByName(
  own: readonly QueryColumn[],
  others: readonly QueryColumn[],
): [QueryColumn | undefined, QueryColumn | undefined][] {
  const find = (columns: readonly QueryColumn[], name: string | undefined) => {
    if (name === undefined)
      throw refusePart("UNION BY NAME of a column without a name", "give it one with AS");
    return columns.find((each) => isSameName(each.name ?? "", name));
  };
  return [
    ...own.map((one): [QueryColumn, QueryColumn | undefined] => [one, find(others, one.name)]),
    ...others
      .filter(({ name }) => find(own, name) === undefined)
      .map((other): [undefined, QueryColumn] => [undefined, other]),
  ];
}

/** The type of both, where DuckDB finds the same one. */
function commonType(nodes: readonly ExpressionNode[], name: string, { columns }: Translator): DataType {
  const fields = nodes.map((node) => columns.fieldOf(node));
  const [one, other] = fields.map(
    ({ type }): DataType => (Types.isDictionary(type) ? type.dictionary : type),
  ) as [DataType, DataType];
  if (typeName(one) === typeName(other) || isNullType(one) || isNullType(other))
    return isNullType(one) ? other : one;
  const kinds = [one, other].map(kindOfType);
  const isNumber = kinds.every(({ kind }) => kind === "integer" || kind === "decimal" || kind === "float");
  const isNarrow = kinds.some((kind) => kind.kind === "float" && kind.bitWidth < 64);
  const isHuge = nodes.some((node) => columns.isHuge(node)) && kinds.some(({ kind }) => kind === "decimal");
  const isText = kinds.every(({ kind }) => kind === "text");
  const united = (isNumber && !isNarrow && !isHuge) || isText ? unite(one, other) : undefined;
  const isRounded =
    united !== undefined && Types.isFloat(united) && !kinds.some(({ kind }) => kind === "float");
  if (united !== undefined && !isRounded) return united;
  throw refusePart(
    `${name}, which is ${fields.map(fieldTypeName).join(" on one side and ")} on the other,`,
    "cast one of them",
  );
}
