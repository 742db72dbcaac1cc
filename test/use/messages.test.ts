/** One form over all messages of errors: `Cannot <action> <thing>: <what is there>; <next step>`, without a final stop. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../../src");

interface Message {
  /** File and line, for whoever has to mend it. */
  readonly place: string;
  /** As it is written, with the names of what is put in. */
  readonly text: string;
}

/** All texts between the parentheses of `new DlfLanceError(code, …)`, whichever of them is said. */
function messagesOf(file: string): Message[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/new DlfLanceError\(/g)].map((found) => {
    const line = text.slice(0, found.index).split("\n").length;
    return { place: `${file}:${line}`, text: textsOf(text, found.index + found[0].length) };
  });
}

/** The texts up to the parenthesis that closes, those that follow each other joined. */
function textsOf(source: string, begins: number): string {
  const texts: string[] = [];
  let depth = 0;
  let glue = false;
  for (let at = begins; at < source.length; at++) {
    const sign = source[at] as string;
    if ("\"'`".includes(sign)) {
      const ends = endOfText(source, at);
      const part = source.slice(at + 1, ends);
      if (glue) texts.push(`${texts.pop() ?? ""}${part}`);
      else texts.push(part);
      at = ends;
      glue = /^\s*\+\s*["'`]/.test(source.slice(at + 1));
    } else if ("([{".includes(sign)) depth++;
    else if (")]}".includes(sign) && depth-- === 0) break;
  }
  return texts.slice(1).join("\n");
}

function endOfText(source: string, begins: number): number {
  const quote = source[begins];
  for (let at = begins + 1; at < source.length; at++) {
    if (source[at] === "\\") at++;
    else if (source[at] === quote) return at;
    else if (quote === "`" && source.startsWith("${", at)) {
      let depth = 1;
      for (at += 2; depth > 0; at++) {
        if ("\"'`".includes(source[at] as string)) at = endOfText(source, at);
        else if (source[at] === "{") depth++;
        else if (source[at] === "}") depth--;
      }
      at--;
    }
  }
  throw new Error("a text is not closed");
}

const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
const messages = files.flatMap(messagesOf);

test("the messages are found", () => {
  expect(messages.length).toBeGreaterThan(250);
});

const families: readonly (readonly [words: RegExp, instead: string])[] = [
  [/\.$/m, "no final stop"],
  [/\bplease\b/i, "say what to do"],
  [
    /\bis no such\b|\bno such column\b|\bthere is no(?:ne)?\b|\bthere is no\b/i,
    "no column named …, no table …",
  ],
  [/\bis no condition\b|\bis no type\b/i, "is not a …"],
  [/\banew\b|\bof its own\b|\bof their own\b|\bwhose sake\b/i, "again, its own"],
  [/\bbeside\b/i, "next to, compared with"],
  [/\btold\b|\btells\b/i, "says, shows, is noticed"],
  [/\bsay \{/i, "pass {"],
  [/\bdid you mean\b[\s\S]*\bdid you mean\b/i, "one did you mean"],
];

test.each(families)("no message has %s", (words) => {
  expect(
    messages.filter(({ text }) => words.test(text)).map(({ place, text }) => `${place} ${text}`),
  ).toEqual([]);
});

/** Counts that are never one: of what is cut or sampled, limits, and lists of which there are several. */
const severalAlways =
  /^(?:settings\.largestAnswer|others\.length \+ 1|formatCount\(this\.sampledRows\)|sampledRows|formatCount\(sampledRows\)|wanted\.length|formatCount\((?:counts\.size|all|Math\..*)\)|smallFragments|ids\.length|longest\w+(?: - \w+)?|problems\.length|shortest|leftOutBytes|partitions|needed|describe\(value\)|method|size)$/;
const nouns =
  "rows|columns|versions|fragments|indices|values|keys|files|numbers|characters|vectors|bytes|tables|partitions|words|requests|names|cells|fields|arguments";

test("what is counted is one row or two rows, by countOf()", () => {
  const counted = new RegExp(`\\$\\{([^{}]*(?:\\([^{}]*\\))?)\\} (?:${nouns})\\b`, "g");
  const found = files.flatMap((file) =>
    readFileSync(join(root, file), "utf8")
      .split("\n")
      .flatMap((line, index) =>
        [...line.matchAll(counted)]
          .filter(([, count = ""]) => !severalAlways.test(count))
          .map(([text]) => `${file}:${index + 1} ${text}`),
      ),
  );
  expect(found).toEqual([]);
});

test("a message that begins with a word of ours begins with Cannot", () => {
  // An engine refuses a plan with a reason, which is quoted in a message.
  const said = messages.filter(({ place }) => !place.startsWith("frame/engines/daft/"));
  const others = said.filter(
    ({ text }) =>
      /^[A-Za-z]/.test(text) &&
      !/^(?:Cannot \S|Interrupted\b|the \w+ was (?:interrupted|stopped)$)/m.test(text),
  );
  expect(others.map(({ place, text }) => `${place} ${text}`)).toEqual([]);
});
