import { arrow, type Table } from "../arrow.ts";
import { buildDemoTable } from "./build-table.ts";
import { createChoices } from "./random-choices.ts";

const rowCount = 200;
const dimension = 64;

const topics = [
  { topic: "storage", words: ["object", "bucket", "prefix", "table", "column", "fragment", "compaction"] },
  { topic: "weather", words: ["rain", "cloud", "wind", "storm", "sunny", "forecast", "temperature"] },
  { topic: "cooking", words: ["rice", "pepper", "simmer", "oven", "dough", "garlic", "broth"] },
  { topic: "music", words: ["violin", "rhythm", "chorus", "tempo", "melody", "drum", "concert"] },
] as const;

/** Short texts on four topics with embeddings: texts that share words lie near each other. */
export function buildDocuments(): Table {
  const random = createChoices(7);
  const documents = Array.from({ length: rowCount }, () => {
    const { topic, words } = random.pick(topics);
    const text = Array.from({ length: 8 }, () => random.pick(words)).join(" ");
    return { topic, text, embedding: embed(text) };
  });
  const { Field, FixedSizeList, Float32, Int64, Utf8 } = arrow;
  return buildDemoTable([
    ["id", new Int64(), documents.map((_, row) => BigInt(row))],
    ["topic", new Utf8(), documents.map(({ topic }) => topic)],
    ["text", new Utf8(), documents.map(({ text }) => text)],
    [
      "embedding",
      new FixedSizeList(dimension, new Field("item", new Float32(), true)),
      documents.map(({ embedding }) => embedding),
    ],
  ]);
}

/** A unit vector: the sum of one random direction per word, so it needs no model. */
function embed(text: string): Float32Array {
  const sum = new Float32Array(dimension);
  for (const word of text.split(" ")) {
    const random = createChoices(
      [...word].reduce((hash, letter) => hash * 31 + (letter.codePointAt(0) ?? 0), 7),
    );
    for (let index = 0; index < dimension; index++) {
      sum[index] = (sum[index] ?? 0) + random.fraction() - 0.5;
    }
  }
  const length = Math.hypot(...sum);
  return sum.map((value) => value / length);
}
