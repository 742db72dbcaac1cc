/** What runs on Daft, for people. */
import { aggregateFunctions } from "../../functions/aggregate-functions.ts";
import { scalarFunctions } from "../../functions/scalar-functions.ts";
import { callTable } from "./call-table.ts";
import { daftAggregates, daftSteps } from "./compile-aggregate.ts";

/** A table in Markdown, one line per kind of step and expression. */
export function describeSupport(): string {
  const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(", ") || "none";
  const isKnown = (name: string) => Object.hasOwn(callTable, name);
  const isAggregate = (name: string) => daftAggregates.some((known) => known === name);
  const rows = [
    ["steps", code(daftSteps.yes), code(daftSteps.no)],
    [
      "functions of a row",
      code(scalarFunctions.filter(isKnown)),
      code(scalarFunctions.filter((name) => !isKnown(name))),
    ],
    [
      "aggregates",
      code(aggregateFunctions.filter(isAggregate)),
      code(aggregateFunctions.filter((name) => !isAggregate(name))),
    ],
  ];
  return [
    "| | on Daft | refused |",
    "| --- | --- | --- |",
    ...rows.map((row) => `| ${row.join(" | ")} |`),
  ].join("\n");
}
