/** Groups: their keys and what the aggregates take are computed before, the results finished after. */
import type { DataType, Field } from "../../../arrow.ts";
import type { ProgramAggregate, ProgramColumn, ProgramStep, Term } from "../../../daft/program.ts";
import type { AggregatePlan, NamedAggregate } from "../../plan/plan.ts";
import { kindOf } from "../../types/column-kind.ts";
import { isNullType } from "../../types/common-type.ts";
import { compileAggregate, keyOf, refuseStep } from "./compile-aggregate.ts";
import { TermCompiler } from "./compile-term.ts";
import { type AddedColumn, type Built, labelOf, type StepBuilder } from "./step-builder.ts";
import { call } from "./term.ts";
import { refuseForeignType } from "./type-table.ts";

export function compileGroups(plan: AggregatePlan, input: Built, builder: StepBuilder): Built {
  const compiler = new TermCompiler(builder.scope(input.columns, plan.input));
  const fields = builder.fields(plan, [input]);
  for (const field of fields) refuseForeignType(field);
  const before: AddedColumn[] = [];
  const add = (term: Term, type: DataType, reads: readonly string[]) =>
    before.push({ term, type, reads }) - 1;
  const keys = plan.keys.map(({ expression }) => {
    const operand = compiler.typed(expression);
    const reads = builder.reads(expression, input.columns);
    const isFloat = kindOf(operand.field).kind === "float";
    const isBoolean = kindOf(operand.field).kind === "boolean";
    if (isNullType(operand.type))
      throw refuseStep("groups by a key that is always null", "group by another key");
    const key = isFloat || !isBoolean ? keyOf(operand, compiler) : { term: operand.term, type: operand.type };
    return { place: add(key.term, key.type, reads), isFloat };
  });
  const [any] = input.columns;
  const rows = any?.id;
  const named = plan.aggregates as readonly NamedAggregate[];
  const parts = named.map(({ expression }) =>
    compileAggregate(expression, compiler, rows, (term, type, operand) =>
      add(term, type, builder.reads(operand, input.columns)),
    ),
  );
  const { step, ids } = builder.extend(input, before);
  const aggregates: ProgramAggregate[] = [];
  const finished = parts.map((part) => {
    const columns = part.calls.map((one) => {
      const name = builder.next();
      const column = typeof one.column === "number" ? (ids[one.column] as string) : one.column;
      aggregates.push({ name, function: one.function, column });
      return name;
    });
    return { ...part, columns };
  });
  const grouped: ProgramStep = {
    step: "aggregate",
    input: step,
    keys: keys.map(({ place }) => ids[place] as string),
    aggregates,
  };
  const columns: ProgramColumn[] = [
    ...keys.map(({ place, isFloat }, index): ProgramColumn => {
      const from = ids[place] as string;
      const name = builder.next();
      if (!isFloat) return { name, from };
      const type = builder.types.number(fields[index]?.type as DataType);
      return { name, term: call("fromOrderKey", [{ column: from }], type), type, reads: [from] };
    }),
    ...finished.map(({ columns: all, finish }, index): ProgramColumn => {
      const field = fields[keys.length + index] as Field;
      const type = builder.types.number(field.type);
      return {
        name: builder.next(),
        term: finish(
          all.map((column) => ({ column })),
          type,
        ),
        type,
        reads: all,
        label: labelOf(field, (named[index] as NamedAggregate).expression),
      };
    }),
  ];
  return {
    step: { step: "project", input: grouped, columns },
    columns: columns.map(({ name }, index) => ({ id: name, field: fields[index] as Field })),
  };
}
