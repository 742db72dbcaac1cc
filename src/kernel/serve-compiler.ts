/**
 * The compiler's process: answers one line of JSON with another until the kernel is gone. It waits for lines without
 * an event loop, as it has nothing else to do.
 */
import { readSync, writeSync } from "node:fs";
import { type Compiler, createCompiler, type Scope } from "./compiler.ts";
import type {
  CompilerAnswer,
  CompilerAnswers,
  CompilerQuestion,
  CompilerSetup,
} from "./compiler-messages.ts";
import { tellError } from "./tell-error.ts";

/** The packages that notebooks import beside the prelude. Each makes every start slower by the size of its types. */
const packages = ["@lancedb/lancedb", "apache-arrow", "undici", "zod"];

/** A compiler that has been taught before there is a notebook. */
let taught: Compiler | undefined;

/** Teaches the compiler what most notebooks ask of it; answers the declaration files that were read. */
export function teachCompiler(scope: Scope): readonly string[] {
  const compiler = createCompiler(scope);
  const imports = packages.map((name, index) => `import * as package${index} from "${name}";`);
  const cells = [
    `${imports.join("\n")}\n${packages.map((_, index) => `package${index};`).join("\n")}`,
    `${scope.names.join(";\n")};\nconst text: number = "a type error";`,
    "const items = [1, 2].map((item) => ({ item, text: String(item) })); console.log(await Promise.all(items)); items",
    // Last, so that the next cell finds a program like its own.
    "const answer = 6 * 7; answer",
  ];
  for (const cell of cells) compiler.compile("", cell);
  taught = compiler;
  return compiler.libraryFiles();
}

/** Answers until the input ends. The first line says whose cells they are. */
export function serveCompiler(): void {
  // Ctrl-C in a terminal reaches every process in it; it is meant for the kernel.
  process.on("SIGINT", () => {});
  const lines = readLines();
  const first = lines.next();
  if (first.done === true) return;
  const setup = JSON.parse(first.value) as CompilerSetup;
  const compiler = taught ?? createCompiler(setup);
  compiler.place(setup.folder);
  if (taught === undefined) compiler.compile("", "");
  for (const line of lines) write(JSON.stringify(answer(compiler, JSON.parse(line) as CompilerQuestion)));
}

function answer(compiler: Compiler, question: CompilerQuestion): CompilerAnswer {
  try {
    return { answer: find(compiler, question) };
  } catch (error) {
    return { failed: tellError(error) };
  }
}

function find(compiler: Compiler, question: CompilerQuestion): CompilerAnswers[CompilerQuestion["ask"]] {
  switch (question.ask) {
    case "compile":
      return compiler.compile(question.earlier, question.source);
    case "complete":
      return compiler.complete(question.earlier, question.source, question.position);
    case "inspect":
      return compiler.inspect(question.earlier, question.source, question.position);
    case "examine":
      return compiler.examine(question.source);
    case "keep":
      return compiler.keep(question.earlier, question.declared, question.unreached);
    default:
      return question satisfies never;
  }
}

function* readLines(): Generator<string, void, undefined> {
  const chunk = Buffer.allocUnsafe(65_536);
  let pieces: Buffer[] = [];
  for (let count = readSync(0, chunk); count > 0; count = readSync(0, chunk)) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0 && end < count; end = chunk.indexOf(10, start)) {
      yield Buffer.concat([...pieces, chunk.subarray(start, end)]).toString("utf8");
      pieces = [];
      start = end + 1;
    }
    pieces.push(Buffer.from(chunk.subarray(start, count)));
  }
}

function write(line: string): void {
  const bytes = Buffer.from(`${line}\n`);
  for (let written = 0; written < bytes.length; ) written += writeSync(1, bytes, written);
}
