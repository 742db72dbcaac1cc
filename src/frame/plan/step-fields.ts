/** The columns of core steps, with their types. */
import { arrow, type DataType, type Field, type Schema } from "../../arrow.ts";
import { DlfLanceError } from "../../errors.ts";
import { describeName } from "../expression/describe-expression.ts";
import { inferField, inferType, inferWindowFunction } from "../functions/infer-type.ts";
import { parseType } from "../types/parse-type.ts";
import { separateDictionaries } from "../types/separate-dictionaries.ts";
import { finder } from "./columns.ts";
import { type CorePlan, inputsOf, type Plan } from "./plan.ts";
import { type LeafPlan, searchColumn } from "./plan-columns.ts";

export type StepOnInputs = Exclude<CorePlan, LeafPlan>;

/**
 * The fields of a step's result.
 * @param inputs the fields of what it stands on, in order.
 * @throws DlfLanceError TableColumnNotFound and InvalidInput where the step does not fit them.
 */
export function stepFields(plan: StepOnInputs, inputs: readonly (readonly Field[])[]): readonly Field[] {
  const [fields = [], others = []] = inputs;
  const find = finder(fields, plan.input);
  switch (plan.step) {
    case "filter":
    case "limit":
    case "tail":
    case "sort":
    case "top":
    case "distinct":
    case "sample":
      return fields;
    case "search":
      return [...fields, new arrow.Field(searchColumn(plan), new arrow.Float32(), true)];
    case "project":
      return plan.columns.map(({ name, expression }) => renameField(inferField(expression, find), name));
    case "aggregate":
      return [...plan.keys, ...plan.aggregates].map(({ name, expression }) =>
        renameField(inferField(expression, find), name),
      );
    case "explode":
      return fields.map((field) => (field.name === plan.column ? itemField(field) : field));
    case "concat":
      return fields.map((field) => new arrow.Field(field.name, field.type, true, field.metadata));
    case "join":
      if (plan.kind === "semi" || plan.kind === "anti") return fields;
      return [...fields, ...separateDictionaries(fields, others)].map(
        (field) => new arrow.Field(field.name, field.type, true, field.metadata),
      );
    case "window":
      return [
        ...fields,
        ...plan.functions.map(
          (part) => new arrow.Field(part.name, inferWindowFunction(part.function, find), true),
        ),
      ];
    case "unpivot": {
      const type: DataType = plan.columns.map(find)[0]?.type ?? new arrow.Null();
      return [
        ...plan.keys.map(find),
        new arrow.Field(plan.nameColumn, new arrow.Utf8(), false),
        new arrow.Field(plan.valueColumn, type, true),
      ];
    }
    case "apply":
      return [
        ...fields,
        ...plan.functions.map((part) => new arrow.Field(part.name, inferType(part.function, find), true)),
      ];
    case "mapBatches":
      return (
        plan.columns?.map(
          ({ name, type }) => new arrow.Field(name, parseType(type, `apply ${plan.name}`), true),
        ) ?? fields
      );
    default:
      return plan satisfies never;
  }
}

/** The fields of a checked plan's result. @param leaf the fields of its tables, inputs and statements. */
export function planFields(plan: Plan, leaf: (plan: LeafPlan) => readonly Field[]): readonly Field[] {
  if (isLeaf(plan)) return leaf(plan);
  return stepFields(
    plan as StepOnInputs,
    inputsOf(plan).map((input) => planFields(input, leaf)),
  );
}

export function planSchema(plan: Plan, leaf: (plan: LeafPlan) => readonly Field[]): Schema {
  return new arrow.Schema([...planFields(plan, leaf)]);
}

function isLeaf(plan: Plan): plan is LeafPlan {
  return plan.step === "scan" || plan.step === "input" || plan.step === "sql";
}

export function renameField(field: Field, name: string): Field {
  return field.name === name ? field : new arrow.Field(name, field.type, field.nullable, field.metadata);
}

function itemField(list: Field): Field {
  const { type }: { type: DataType } = list;
  const isList = arrow.DataType.isList(type) || arrow.DataType.isFixedSizeList(type);
  const item: Field | undefined = isList ? type.children[0] : undefined;
  if (item !== undefined) return new arrow.Field(list.name, item.type, true, item.metadata);
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot explode column ${describeName(list.name)}: it is not a list`,
  );
}
