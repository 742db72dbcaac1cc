/** Which types of columns go to Daft, and which casts are computed there, for people: asked of what refuses them. */
import { arrow, type DataType, type Field } from "../../src/arrow.ts";
import { fieldTypeName } from "../../src/display/arrow/type-name.ts";
import { refuseForeignType } from "../../src/frame/engines/daft/type-table.ts";
import { parseType } from "../../src/frame/types/parse-type.ts";
import { type Connection, col } from "../../src/index.ts";

/** Of types that a table may have: their names in casts, and those that no cast makes. */
const types: readonly (string | DataType)[] = [
  "bool",
  ...["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"],
  ...["float16", "float32", "float64"],
  "decimal(38, 2)",
  new arrow.Decimal(2, 76, 256),
  ...["string", "large_string", "binary", "large_binary", "fixed_size_binary[16]"],
  ...["date", "timestamp[us]", "timestamp[us, UTC]", "timestamp[us, Asia/Shanghai]"],
  new arrow.DateMillisecond(),
  ...["time32[ms]", "time64[us]", "duration[us]"],
  ...["list<int64>", "fixed_size_list<float32>[8]", "struct<a: int64>", "map<string, int64>"],
  "list<duration[us]>",
  new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32()),
  new arrow.Null(),
];

/** Of each kind of type that values are cast between. */
const castTypes = {
  booleans: "bool",
  "whole numbers": "int64",
  floats: "float64",
  decimals: "decimal(12, 2)",
  texts: "string",
  dates: "date",
  timestamps: "timestamp[us]",
  "timestamps of UTC": "timestamp[us, UTC]",
  "timestamps of other zones": "timestamp[us, Asia/Shanghai]",
} as const;

/** In Markdown. @param lake where a table may be made */
export async function describeTypes(lake: Connection): Promise<string> {
  const fields = types.map((type) => fieldOf("value", type));
  const uuid = new arrow.Field(
    "value",
    new arrow.FixedSizeBinary(16),
    true,
    new Map([["ARROW:extension:name", "arrow.uuid"]]),
  );
  const named: readonly (readonly [name: string, field: Field])[] = [
    ...fields.map((field) => [`\`${fieldTypeName(field)}\``, field] as const),
    ["extension types such as `arrow.uuid`", uuid],
  ];
  const isKept = ([, field]: (typeof named)[number]) => isDone(() => refuseForeignType(field));
  const names = (kept: boolean) =>
    named
      .filter((each) => isKept(each) === kept)
      .map(([name]) => name)
      .join(", ");
  return [
    `Columns of these types go to Daft: ${names(true)}.`,
    "",
    `Columns of these types cannot go there, and a frame that reads one is refused: ${names(false)}. Leave them out with \`select()\` or \`exclude()\`.`,
    "",
    "| cast from | computed on Daft | not there |",
    "| --- | --- | --- |",
    ...(await describeCasts(lake)),
  ].join("\n");
}

function fieldOf(name: string, type: string | DataType): Field {
  return new arrow.Field(name, typeof type === "string" ? parseType(type, "name a type") : type, true);
}

function isDone(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

async function describeCasts(lake: Connection): Promise<readonly string[]> {
  const kinds = Object.entries(castTypes);
  await lake.createTable(
    "default.casts",
    new arrow.Table(new arrow.Schema(kinds.map(([kind, type]) => fieldOf(kind, type)))),
  );
  const lines: string[] = [];
  for (const [from, type] of kinds) {
    const computed: string[] = [];
    const refused: string[] = [];
    for (const [to, other] of kinds) {
      if (other === type && from !== "decimals") continue;
      const cast = lake.read("default.casts").select(col(from).cast(other).as("value"));
      // What no engine casts is in neither list.
      if (!(await isExplained(cast))) continue;
      ((await isExplained(cast.on("daft"))) ? computed : refused).push(to);
    }
    lines.push(`| ${from} | ${computed.join(", ") || "none"} | ${refused.join(", ") || "none"} |`);
  }
  return lines;
}

function isExplained(frame: ReturnType<Connection["read"]>): Promise<boolean> {
  return frame.explain().then(
    () => true,
    () => false,
  );
}
