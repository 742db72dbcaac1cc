/** From a template to a script of the shell in which no value is ever text of the script. */
import { DlfLanceError } from "../errors.ts";
import { Secret } from "../secret.ts";

/** A value in a command: one word, or a list of words. */
export type ShellValue = string | number | bigint | boolean | Secret | readonly ShellWord[];
type ShellWord = string | number | bigint | boolean | Secret;

export interface ShellScript {
  readonly script: string;
  /** The variables from which it takes the values. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Commands that read their arguments as code, once the shell has put values into them. */
const readers = new Set(
  "eval let trap alias unset declare typeset local export readonly printf test [ [[ (( ssh su watch".split(
    " ",
  ),
);
/** What of these takes values all the same, unless it has the option `-v`. */
const careful = new Set(["printf", "test", "["]);
const shells = /^(?:.*\/)?(?:a|ba|da|k|z)?sh$/;
/** After these a command follows. */
const leaders = new Set("then do else elif if while until ! { time command builtin exec".split(" "));
/** Programs that run the command behind their own options. */
const wrappers = new Set("doas env ionice nice nohup setsid stdbuf sudo timeout xargs".split(" "));

/**
 * Values become variables of the shell, and the script names these, quoted as their place demands: a shell never parses
 * what a variable holds. Refused are the places where a command, or arithmetic, would parse it again.
 *
 * @throws DlfLanceError `InvalidInput` for such a place, and for a value that no word can hold
 */
export function buildShellScript(pieces: readonly string[], values: readonly ShellValue[]): ShellScript {
  const environment: Record<string, string> = {};
  const names: string[] = [];
  const scanner = createScanner();
  let script = "";
  for (const [index, piece] of pieces.entries()) {
    scanner.read(piece);
    script += piece;
    const value = values[index];
    if (index === pieces.length - 1) break;
    const words = (Array.isArray(value) ? value : [value]).map((word) => checkWord(word, index + 1));
    const references = words.map((word) => {
      const name = `dlf_lance_${names.length + 1}`;
      names.push(name);
      environment[`DLF_LANCE_SH_${names.length}`] = word;
      return name;
    });
    script += scanner.place(references, words, index + 1);
  }
  if (names.length > 0) scanner.checkWhole();
  // Variables that are not exported: children do not inherit them, and the process list does not show them.
  const head = names
    .map((name, index) => `${name}=$DLF_LANCE_SH_${index + 1};unset DLF_LANCE_SH_${index + 1};`)
    .join("");
  return { script: `${head}${script}`, environment };
}

function checkWord(word: unknown, number: number): string {
  const isWord = ["string", "number", "bigint", "boolean"].includes(typeof word) || word instanceof Secret;
  if (!isWord)
    throw refusal(
      number,
      `it is ${word === null ? "null" : `of type ${typeof word}`}`,
      "pass a text, a number, or a list of these",
    );
  const text = word instanceof Secret ? word.reveal() : String(word);
  if (text.includes("\0"))
    throw refusal(number, "it holds a NUL character", "no command can take it: pass it through a file");
  return text;
}

interface Scanner {
  /** Reads on in the text of the script. */
  read(text: string): void;
  /** The text by which the script takes values at the place to which it was read. */
  place(references: readonly string[], words: readonly string[], number: number): string;
  /** @throws for a script in which a place cannot be determined */
  checkWhole(): void;
}

type Quoting = "none" | "single" | "double" | "comment";

function createScanner(): Scanner {
  /** What is around: each `$(` begins another script, also within double quotes. Templates have no bare backquotes. */
  const around: { readonly quoting: Quoting; readonly word: string; readonly words: string[] }[] = [];
  let quoting: Quoting = "none";
  let unclear: string | undefined;
  let word = "";
  let hasWord = false;
  /** The command's words so far, without the one that is being read. */
  let words: string[] = [];
  let escaped = false;
  let before = "";

  function endWord(): void {
    if (!hasWord) return;
    const isLeading = words.length === 0 && (leaders.has(word) || /^\w+=/.test(word));
    if (!isLeading) words.push(word);
    word = "";
    hasWord = false;
  }

  function endCommand(): void {
    endWord();
    words = [];
  }

  function add(sign: string): void {
    word += sign;
    hasWord = true;
  }

  function enter(): void {
    around.push({ quoting, word, words });
    quoting = "none";
    word = "";
    hasWord = false;
    words = [];
  }

  function readSign(sign: string): void {
    if (quoting === "comment") {
      if (sign === "\n") {
        quoting = "none";
        endCommand();
      }
    } else if (quoting === "single") {
      if (sign === "'") quoting = "none";
      else add(sign);
    } else if (escaped) {
      escaped = false;
      if (sign !== "\n") add(sign);
    } else if (sign === "\\") escaped = true;
    else if (sign === "(" && before === "$") {
      enter();
    } else if (quoting === "double") {
      if (sign === '"') quoting = "none";
      else add(sign);
    } else readPlain(sign);
  }

  function readPlain(sign: string): void {
    if (sign === "'" || sign === '"') {
      quoting = sign === "'" ? "single" : "double";
      hasWord = true;
    } else if (sign === "#" && !hasWord) quoting = "comment";
    else if (sign === " " || sign === "\t") endWord();
    else if (sign === "(") {
      if (before === "(") unclear ??= "((";
      enter();
    } else if (sign === ")") {
      // What goes on is the word in which the inner script stands.
      ({ quoting, word, words } = around.pop() ?? { quoting: "none" as const, word: "", words: [] });
      hasWord = word !== "";
    } else if (/[;&|\n]/.test(sign)) endCommand();
    else {
      if (sign === "<" && before === "<") unclear ??= "<<";
      add(sign);
    }
  }

  function checkPlace(number: number, values: readonly string[]): void {
    const command = findCommand(words);
    const name = command ?? (hasWord ? word : "");
    if (quoting === "comment") throw refusal(number, "it stands in a comment", "leave it out");
    if (command === undefined && !/^\w+=/.test(word)) {
      const [first = ""] = values;
      if (readers.has(word + first) || shells.test(word + first) || leaders.has(word + first))
        throw refusal(number, `it names the command ${word + first}`, "write that into the script itself");
      return;
    }
    // Behind whatever starts the shell, such as `find . -exec`.
    const shell = words.findLastIndex((each) => shells.test(each));
    const options = words.slice(shell + 1);
    const script = options.findLastIndex((each) => /^-\w*c\w*$/.test(each));
    const isScript = script >= 0 && options.slice(script + 1).every((each) => each.startsWith("-"));
    if (shell >= 0 && (isScript || options.at(-1) === "-o")) {
      const called = words[shell];
      throw refusal(
        number,
        `${called} ${options[script] ?? "-o"} would read it as code`,
        `pass it behind the script: ${called} -c 'echo "$1"' ${called} \${value}`,
      );
    }
    const isReader = readers.has(name) && !(careful.has(name) && !words.includes("-v") && word !== "-v");
    if (isReader) throw refusal(number, `${name} would read it as code`, "set it through another command");
  }

  return {
    read: (text) => {
      for (const sign of text) {
        readSign(sign);
        before = escaped ? "" : sign;
      }
    },
    place: (references, values, number) => {
      if (escaped) throw refusal(number, "a backslash stands before it", "take the backslash away");
      if (before === "$") throw refusal(number, "a $ stands before it", "take the $ away");
      checkPlace(number, values);
      const isWhole = quoting === "none";
      if (references.length !== 1 && !isWhole)
        throw refusal(number, "a list stands in quotes", "take the quotes away");
      add("value");
      before = "";
      const reference = references.map((name) => `"\${${name}}"`).join(" ");
      if (quoting === "double") return `\${${references[0]}}`;
      return quoting === "single" ? `'${reference}'` : reference;
    },
    checkWhole: () => {
      if (unclear === undefined) return;
      throw new DlfLanceError(
        "InvalidInput",
        `Cannot run the command: it has values and ${unclear}, where a shell may read a value as code; ` +
          "write it without, or start a program with node:child_process",
      );
    },
  };
}

/** The command that the words run, behind those that only say how. */
function findCommand(words: readonly string[]): string | undefined {
  let isWrapped = false;
  return words.find((each) => {
    if (wrappers.has(each)) isWrapped = true;
    else return !(isWrapped && /^-|=|^\d/.test(each));
    return false;
  });
}

function refusal(number: number, reason: string, next: string): DlfLanceError {
  return new DlfLanceError("InvalidInput", `Cannot run the command: value ${number}: ${reason}; ${next}`);
}
