/** What runs on Daft, for people. */
import { countOf } from "../../../display/text/number-text.ts";
import { aggregateFunctions } from "../../functions/aggregate-functions.ts";
import { type ScalarFunction, scalarFunctions } from "../../functions/scalar-functions.ts";
import { fewRows } from "../../plan/few-rows.ts";
import { callTable } from "./call-table.ts";
import { daftAggregates, daftSteps } from "./compile-aggregate.ts";
import { daftWindowFunctions } from "./compile-window.ts";

/** Functions that frames' methods call otherwise. */
const methodNames: Readonly<Partial<Record<ScalarFunction, string>>> = {
  regexpMatch: "matches",
  power: "pow",
};

/** In Markdown: a table, one line per kind of step and expression, and over what the rest is done here. */
export function describeSupport(): string {
  const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(", ") || "none";
  const functions = (isListed: (name: string) => boolean) =>
    code(scalarFunctions.filter(isListed).map((name) => methodNames[name] ?? name));
  const isKnown = (name: string) => Object.hasOwn(callTable, name);
  const isAggregate = (name: string) => daftAggregates.some((known) => known === name);
  const rows = [
    ["steps", code(daftSteps.yes), code(daftSteps.no)],
    ["functions of a row", functions(isKnown), functions((name) => !isKnown(name))],
    ["over a window, besides aggregates", code(daftWindowFunctions.yes), code(daftWindowFunctions.no)],
    [
      "aggregates",
      code(aggregateFunctions.filter(isAggregate)),
      code(aggregateFunctions.filter((name) => !isAggregate(name))),
    ],
  ];
  return [
    "| | on Daft | here over few rows, else refused |",
    "| --- | --- | --- |",
    ...rows.map((row) => `| ${row.join(" | ")} |`),
    "",
    "Over a window of rows with two ends, `countDistinct`, and `sum` and `mean` of floats over more than 64 rows, are refused. A `full` join takes no condition.",
    "",
    `Few are groups, limits of up to ${countOf(fewRows.limit, "row")}, and \`distinct\` of up to ${countOf(fewRows.distinctColumns, "column")}; also after \`where\`, \`select\` and \`sort\`.`,
  ].join("\n");
}
