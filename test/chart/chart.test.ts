import fc from "fast-check";
import { expect, test } from "vitest";
import { Chart } from "../../src/chart/chart.ts";
import { type ChartModel, chartKinds } from "../../src/chart/chart-model.ts";
import { createSpecChart, objectRows } from "../../src/chart/chart-rows.ts";
import { buildSpec, finishSpec } from "../../src/chart/chart-spec.ts";
import { describeChart } from "../../src/chart/describe-chart.ts";
import { drawPng } from "../../src/chart/draw-png.ts";
import { createLabels, legendText, showTitle } from "../../src/chart/labels.ts";
import { displaySymbol } from "../../src/display/mime.ts";
import { hostileText } from "../display/hostile-text.ts";
import { forgetAll, know } from "../redaction/known.ts";
import { longestLeak } from "../secrets.ts";
import { sizes } from "../sizes.ts";
import { type Picture, readPicture } from "./picture.ts";
import { sampleModels } from "./sample-models.ts";

function createChart(model: ChartModel): Promise<Chart> {
  const { summary, text } = describeChart(model);
  return Chart.create({ spec: finishSpec(buildSpec(model), summary), note: model.note, description: text });
}

/** The marks of a drawing, by what a screen reader says of them. */
function marksOf(svg: string): string[] {
  return [...svg.matchAll(/<(?:path|line) aria-label="([^"]*)" role="graphics-symbol"/g)].map(
    ([, label = ""]) => label,
  );
}

function inkIn(picture: Picture, left: number, top: number, right: number, bottom: number): number {
  let ink = 0;
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) if (picture.opacityAt(x, y) > 100) ink++;
  return ink;
}

test.each(chartKinds)("a %s chart compiles, and draws a mark for what it is given", async (kind) => {
  const model = sampleModels[kind];
  const chart = await createChart(model);
  const bundle = await chart[displaySymbol]();
  expect(Object.keys(bundle)).toEqual(["application/vnd.vegalite.v5+json", "image/png", "text/plain"]);
  expect(bundle["application/vnd.vegalite.v5+json"]).toEqual(JSON.parse(JSON.stringify(chart.spec)));
  expect(chart.spec).toMatchObject({ $schema: "https://vega.github.io/schema/vega-lite/v5.json" });
  expect(chart.spec.description).toContain(model.title);
  expect(bundle["text/plain"]).toContain(model.note ?? model.title);
  expect(bundle["text/plain"]).not.toContain("note: ");
  const svg = await chart.svg();
  const marks = marksOf(svg);
  const expected = { line: 4, area: 1, box: 12 } as Partial<Record<typeof kind, number>>;
  expect(
    marks.filter((mark) => mark.includes(model.y.title) || kind === "box").length,
  ).toBeGreaterThanOrEqual(expected[kind] ?? model.points.length);
  for (const text of [model.title, model.x.title, model.y.title, model.color?.title ?? ""]) {
    expect(svg).toContain(text);
  }
});

test("the words of a picture are seen on a machine without fonts", async () => {
  const chart = await createChart({ ...sampleModels.bar, title: "", note: undefined });
  const svg = await chart.svg();
  const withText = readPicture((await drawPng(svg)) ?? new Uint8Array());
  const withoutText = readPicture(
    (await drawPng(svg.replace(/<text[\s\S]*?<\/text>/g, ""))) ?? new Uint8Array(),
  );
  expect([withText.width, withText.height]).toEqual([withoutText.width, withoutText.height]);
  const { width, height } = withText;
  // The names of the values stand to the left of the axis, those of the cities below it.
  expect(inkIn(withText, 0, 0, 40, 300) - inkIn(withoutText, 0, 0, 40, 300)).toBeGreaterThan(150);
  expect(
    inkIn(withText, 40, height - 70, width, height) - inkIn(withoutText, 40, height - 70, width, height),
  ).toBeGreaterThan(300);
  // The ground is left to the reader's theme.
  expect(withText.opacityAt(width - 1, height - 1)).toBe(0);
});

test("names are only ever shown: whatever they hold, the chart compiles and draws the same marks", async () => {
  await fc.assert(
    fc.asyncProperty(hostileText, hostileText, hostileText, async (title, name, other) => {
      const label = createLabels();
      const [first, second] = [label(name), label(`${other} `)];
      const chart = await createChart({
        ...sampleModels.bar,
        title: showTitle(title),
        x: { title: showTitle(name), type: "nominal" },
        color: { title: showTitle(other), type: "nominal" },
        points: [
          { x: first, y: 1, color: second },
          { x: second, y: 2, color: first },
        ],
      });
      const svg = await chart.svg();
      expect(marksOf(svg)).toHaveLength(2);
      expect(svg).not.toMatch(/<(?:script|img|b|foreignObject)\b|\son\w+="/i);
      expect(chart.description).not.toMatch(/[\u202e]|(?!\n)\p{Cc}/u);
    }),
    { numRuns: Math.ceil(sizes.generatedCases / 10) },
  );
});

test("no secret is in what a chart draws, says or holds: names, values, titles, numbers", async () => {
  const secret = "k7T-Rx/V1+qm2LwZ8pB4eJ9hY3dQs0Tf";
  const digits = "4929123456781234";
  know(secret, digits);
  const label = createLabels();
  for (const length of [0, 1, 20, 40, 50, 59, 60, 90, 119, 200]) {
    const text = "p".repeat(length) + secret;
    const model = await createChart({
      ...sampleModels.bar,
      title: showTitle(text),
      note: `only ${text}`,
      x: { title: showTitle(text), type: "nominal" },
      color: undefined,
      points: [
        { x: label(text), y: 1 },
        { x: label(digits), y: 2 },
      ],
    });
    const rows = [{ [text]: text, n: Number(digits), at: new Date(0) }];
    const own = { title: text, mark: "bar", encoding: { x: { field: text }, y: { field: "n" } } } as const;
    const specific = await createSpecChart(own, objectRows(rows), text);
    for (const chart of [model, specific]) {
      for (const shown of [
        await chart.svg(),
        JSON.stringify(chart.spec),
        chart.description,
        chart.note ?? "",
      ]) {
        expect(longestLeak(shown, secret)).toBeLessThan(8);
        expect(longestLeak(shown, digits)).toBeLessThan(8);
      }
    }
    expect(marksOf(await specific.svg())).toHaveLength(1);
  }
  forgetAll();
});

test("words keep each letter of a name, and shorten times alone", () => {
  const named = (x: string) =>
    describeChart({ ...sampleModels.bar, color: undefined, points: [{ x, y: 1 }] }).text;
  for (const name of ["AB7T2x", "T", "12:00:00.000Z", "2024-05T00:00:00.000Z"])
    expect(named(name)).toContain(name);
  const timed = (x: string) =>
    describeChart({ ...sampleModels.line, color: undefined, points: [{ x, y: 1 }] }).text;
  expect(timed("2024-05-01T00:00:00.000Z")).toContain("from 2024-05-01 to 2024-05-01");
  expect(timed("2024-05-01T07:30:00.000Z")).toContain("from 2024-05-01 07:30 to");
  expect(timed("2024-05-01T07:30:01.500Z")).toContain("from 2024-05-01 07:30:01.500 to");
});

test("names that every JavaScript object has are names like others", async () => {
  for (const name of Object.getOwnPropertyNames(Object.prototype)) {
    const chart = await createChart({
      ...sampleModels.bar,
      x: { title: showTitle(name), type: "nominal" },
      color: { title: showTitle(name), type: "nominal" },
      points: [{ x: createLabels()(name), y: 1, color: createLabels()(name) }],
    });
    expect(marksOf(await chart.svg())).toHaveLength(1);
  }
});

test("different values have different labels, also null and what looks like it", () => {
  const label = createLabels();
  const values = [
    "null",
    null,
    "(null)",
    "",
    "(empty)",
    "a".repeat(99),
    `${"a".repeat(99)}b`,
    "x\n",
    "x⏎",
    "1",
    1,
  ];
  expect(new Set(values.map(label)).size).toBe(values.length);
  expect(values.map(label)).toEqual(values.map(label));
  expect(label(null)).toBe("(null)");
});

test("a specification that vega-lite does not take is an error in words", async () => {
  const create = (spec: object) => Chart.create({ spec: { ...spec }, note: undefined, description: "" });
  await expect(create({ mark: "bar", layer: 5 })).rejects.toMatchObject({
    code: "InvalidInput",
    message: expect.stringMatching(/^Cannot draw the chart: vega-lite does not take its specification: /),
  });
  await expect(create({ hconcat: 1 })).rejects.toMatchObject({ code: "InvalidInput" });
});

test("a chart fetches nothing from an address", async () => {
  for (const url of ["file:///etc/passwd", "http://127.0.0.1:1/x.json"]) {
    const chart = await Chart.create({
      spec: { data: { url }, mark: "bar", encoding: { x: { field: "a", type: "nominal" } } },
      note: undefined,
      description: "",
    });
    await expect(chart.png()).rejects.toMatchObject({
      code: "InvalidInput",
      message: expect.stringContaining("never fetched from an address"),
    });
  }
});

test("marks with links are drawn, and links of other kinds lead nowhere", async () => {
  const chart = await Chart.create({
    spec: {
      data: { values: [{ w: "https://example.com/" }, { w: "javascript:alert(1)" }, { w: "" }, { w: null }] },
      mark: "text",
      encoding: { text: { field: "w" }, href: { field: "w" } },
    },
    note: undefined,
    description: "",
  });
  const svg = await chart.svg();
  expect(svg).toContain('href="https://example.com/"');
  expect(svg).not.toMatch(/href="javascript/);
  expect(await chart.png()).toBeInstanceOf(Uint8Array);
});

test("names below each other have room, unless a height is asked for", () => {
  const points = Array.from({ length: 30 }, (_, at) => ({ x: at, y: `name ${at}` }));
  const { x, y } = sampleModels.bar;
  const model = { ...sampleModels.bar, x: y, y: x, color: undefined, points };
  expect(JSON.stringify(buildSpec(model))).toContain('"height":480');
  expect(JSON.stringify(buildSpec({ ...model, height: 240 }))).toContain('"height":240');
  expect(JSON.stringify(buildSpec({ ...model, points: points.slice(0, 5) }))).toContain('"height":300');
});

test("long names of a legend keep their ends, which tell them apart", () => {
  const label = createLabels(legendText);
  const name = "a rather long name of a category number";
  const shown = [`${name} 1`, `${name} 12`, "short", null].map(label);
  expect(shown).toEqual([
    "a rather long …egory number 1",
    "a rather long …gory number 12",
    "short",
    "(null)",
  ]);
  const long = (end: string) => label(`${"x".repeat(400)}${end}`);
  expect(long("a")).not.toBe(long("b"));
});
