/** Every expression at the end of a cell is its value, also one that a compiler takes for useless. */
import { Script } from "node:vm";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createBoxes } from "../../../src/kernel/cells/boxes.ts";
import { type CellTools, createCellTools } from "../../../src/kernel/cells/cell-tools.ts";
import { bindNames } from "../../../src/kernel/source/bind.ts";
import { analyseCell } from "../../../src/kernel/source/cell-source.ts";
import { emitCell } from "../../../src/kernel/source/emit.ts";

async function run(cell: string): Promise<CellTools> {
  const source = analyseCell(cell);
  const { code } = await emitCell(source, { jsx: "react" });
  const declared = new Set(source.names.keys());
  const scope = { declared, fresh: new Set<string>(), known: new Set<string>(), hasValue: source.hasValue };
  const bound = bindNames(code, scope);
  const boxes = createBoxes();
  const { tools } = createCellTools(
    boxes,
    { meta: import.meta } as never,
    () => {},
    async () => {},
    { protect: (work) => work() },
  );
  await new Script(bound.code).runInThisContext()(tools, ...bound.names.map((name) => boxes.get(name)));
  return tools;
}

const constants: readonly [string, unknown][] = [
  ["-5", -5],
  ["+1", 1],
  ["-0", -0],
  ["~1", -2],
  ["1 + 1", 2],
  ["-5n", -5n],
  ["!0", true],
  ["!true", false],
  ["typeof 1", "number"],
  ["typeof null", "object"],
  ["typeof (() => 1)", "function"],
  ['"a" + "b"', "ab"],
  ["`a` + 1", "a1"],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
  ["undefined", undefined],
  ["void 0", undefined],
  ["null", null],
  ['"use strict"', "use strict"],
  ["1, -2", -2],
  ["(1, -2)", -2],
  ["(-5)", -5],
  ["((1), (-(2)))", -2],
  ["true ? -1 : 1", -1],
  ["null ?? -1", -1],
  ["-1 as number", -1],
  ["-1 satisfies number", -1],
  ["const n = 1; !n", false],
  ["const n = 1; typeof n", "number"],
  ["enum Size { small = 1 }; -Size.small", -1],
  ["(0, Number)(-1)", -1],
  ["({ a: -1 }).a", -1],
  ["(function () { return -1 })()", -1],
  ["await -1", -1],
  ["export default -1", -1],
  ["-1 // the end", -1],
  ["/* first */ -1;;", -1],
  ["'é😀'; -1", -1],
  ["const n = 1; export { n as m }; -1", -1],
];
const before = ["", "1; 2; ", "[1, 2];\n  ", "if (true) {} ", "const tag = () => <b>-1</b>;\n"];

test.each(constants)("%s", async (code, value) => {
  for (const text of before) {
    expect(await run(text + code), text).toSatisfy((tools: CellTools) => Object.is(tools.value, value));
  }
});

test("signs and words before a constant, in any number", async () => {
  const operators = fc.array(fc.constantFrom("- ", "+ ", "! ", "~ ", "typeof ", "void "), { maxLength: 4 });
  const operand = fc.constantFrom("1", "0", "'a'", "null", "NaN", "true", "undefined", "'a' + 'b'", "(2, 3)");
  await fc.assert(
    fc.asyncProperty(operators, operand, async (signs, last) => {
      const code = `${signs.join("")}${last}`;
      expect((await run(`'earlier'; ${code}`)).value).toBe(new Script(code).runInThisContext());
    }),
  );
});
