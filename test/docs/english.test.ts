/** Phrases that a native reader stumbles over, which have crept in before. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");

/** What is wrong, and what to write instead. */
const phrases: readonly (readonly [RegExp, string])[] = [
  [/\banew\b/i, "again"],
  [/\bof (?:its|their|his|your|my|one's) own\b/i, "its own, separate"],
  [/\b(?:is|are|was|were|be|been) told\b|\btold (?:of|by|so|that)\b/i, "say which; is noticed; pass"],
  [/\bunless (?:told|said)\b/i, "unless you ask for it"],
  [/\bbeside\b/i, "next to, compared with"],
  [/\bheld against\b/i, "checked with"],
  [/\bkept to\b/i, "respected"],
  [/\bfound out\b/i, "detected"],
  [/\bputs? together\b/i, "combined"],
  [/\bleafed\b/i, "paged"],
  [/\bdear(?:er|est)?\b/i, "expensive"],
  [/\b(?:the|its|their) (?:greatest|least)\b/i, "maximum, minimum, highest, lowest"],
  [/\bfor whose sake\b/i, "because of which"],
  [/\b(?:keys|tokens?|credentials) (?:that )?ends?\b/i, "expire"],
  [/\bwhat ends\b/i, "what stops"],
  [/\banswers (?:a|an|the) (?!question|request)/i, "returns"],
  [/(?<!There )\bis no such\b(?! path)|\bthere is none of\b/i, "no column named …"],
  [/\bis no (?:column|condition|file|folder|number|error|problem|secret|matter)\b/i, "is not a …"],
  [/\b(?:that|which) (?:is|are) not there\b/i, "missing"],
  [/\bthat there (?:is|are) not\b/i, "unknown, missing"],
  [/\bof a user's own\b/i, "the user's own"],
  // American spelling, as in the names that code uses. A misspelt option is an example of a message.
  [/(?<!named |\{ x: "price", )\bcolour/i, "color"],
  [/\b(?:neighbour|behaviour|honoured)/i, "neighbor, behavior, honored"],
  [/\b(?:optimi|seriali|recogni|normali|summari)s(?:e|er|es|ed|ing|ation)\b/i, "-ize"],
  [/\b(?<!or )(?:has|have) not(?=[,.;])/i, "lacks, does not have"],
];

const pages = [
  ...["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "RELEASING.md", "SECURITY.md"],
  ...list("docs", ".md"),
  ...list("notebooks", ".ipynb"),
  ...list("src", ".ts"),
  ...list("src", ".cjs"),
];

function list(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));
}

/** The text of a page; of a notebook, that of its cells. */
function textOf(file: string): string {
  const text = readFileSync(join(root, file), "utf8");
  if (!file.endsWith(".ipynb")) return text;
  const { cells } = JSON.parse(text) as { cells: { source: string | string[] }[] };
  return cells.map(({ source }) => [source].flat().join("")).join("\n");
}

test.each(pages)("%s has none of them", (file) => {
  const found = textOf(file)
    .split("\n")
    .flatMap((line, index) =>
      phrases
        .filter(([phrase]) => phrase.test(line))
        .map(([, instead]) => `${file}:${index + 1}: ${line.trim()} — say: ${instead}`),
    );
  expect(found).toEqual([]);
});
