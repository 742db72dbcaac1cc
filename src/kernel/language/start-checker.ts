/** The checker of a notebook's cells, over a language server of TypeScript's. */
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { analyseCell, type CellSource } from "../source/cell-source.ts";
import { findNamePlace } from "../source/table-names.ts";
import { isExpression } from "./argument-problem.ts";
import { createCellDocuments } from "./cell-documents.ts";
import {
  composeArchive,
  composeCell,
  composeDraft,
  composePrelude,
  composeProject,
  type KnownName,
  type KnownNames,
  linesAboveDraft,
  nameDraft,
  namesToBring,
  nothingName,
  preludeName,
  projectName,
  serverSettings,
  tablesName,
} from "./cell-project.ts";
import { readSyntax } from "./cell-syntax.ts";
import type { CellScope, Checker } from "./checker.ts";
import { type ColumnCompletion, composeProbes, createColumnCompletion } from "./column-completion.ts";
import { type CompletionItem, readCompletions } from "./completions.ts";
import { openDocuments } from "./documents.ts";
import { hideTypes } from "./hidden-types.ts";
import { type Hover, readHover, readSignature, type SignatureHelp } from "./inspection.ts";
import type { LanguageServer } from "./language-server.ts";
import { changed, createLocalModules } from "./local-modules.ts";
import { beginsStatement, namesInScope } from "./name-completion.ts";
import { findPackageTypes, nodeTypesFolder } from "./package-types.ts";
import {
  type Diagnostic,
  decimalProblem,
  expressionProblem,
  missingModule,
  operandOf,
  type Position,
  readLostConditions,
  readProblems,
} from "./problems.ts";
import { completeNames } from "./table-completion.ts";
import { createUserProject } from "./user-project.ts";
import { type Cursor, createWordMemory } from "./word-memory.ts";

/** A cell that was right, for as long as something may refer to it. */
interface CheckedCell {
  /** Undefined where it stands in the archive. */
  slot: number | undefined;
  readonly source: CellSource;
  /** The names that it has from others. */
  readonly brought: KnownNames;
  /** What it declares holds in every cell: `declare global`, `declare module "x"`. */
  readonly isForAll: boolean;
  hasRun: boolean;
}

/** The document of a draft, and the cursor in it. */
interface Draft extends Cursor {
  readonly name: string;
}

const completion = "textDocument/completion";

/**
 * @param folder the notebook's: relative imports, packages and `tsconfig.json` are looked for there
 * @param server one that has been started already, in that folder and with {@link serverSettings}
 */
export function startChecker(
  folder: string,
  scope: CellScope,
  server?: LanguageServer,
): Checker & { processId(): number | undefined } {
  const documents = openDocuments(folder, serverSettings, server);
  const userProject = createUserProject(folder);
  const nodeTypes = nodeTypesFolder();
  const ownFolder = pathToFileURL(dirname(scope.types)).href;
  const packages = new Map([[scope.module, scope.types]]);
  const known = new Map<string, KnownName>(scope.names.map((name) => [name, { kind: "const" }]));
  const cells = new Map<number, CheckedCell>();
  const localModules = createLocalModules(
    async (document, position) => {
      const found = await documents.ask("textDocument/definition", {
        textDocument: { uri: document },
        position,
      });
      return ((found ?? []) as readonly { readonly uri: string }[]).map(({ uri }) => uri);
    },
    (address) => address.includes("/node_modules/") || address.startsWith(ownFolder),
  );
  // With a `tsconfig.json` they may be meant; without a server, the first cell says so.
  const hidden = server === undefined || userProject.exists() ? undefined : hideTypes(documents, scope);
  const cellDocuments = createCellDocuments(documents, scope.module);
  let tableNames: readonly string[] = [];
  let revision = 0;
  /** A module was not found: it may have been made or installed before the next look. */
  let misses = false;
  const words = createWordMemory();
  const resolved = new WeakMap<CompletionItem, CompletionItem>();
  /** There is one draft at a time. */
  let lastDraft: Promise<unknown> = Promise.resolve();
  let lastLook: Promise<void> = Promise.resolve();
  documents.put(preludeName, composePrelude(scope));
  documents.put(nothingName, "export {};");
  documents.putDraft(nameDraft({ language: "ts" }), composeDraft("", { names: new Map() }, known, whereIs));
  // Else its options are read first.
  if (!userProject.exists()) putProject();
  // What fails here fails again in the first cell.
  warm().catch(() => {});

  function putProject(): void {
    const found = [
      ...packages,
      ...(hidden?.modules() ?? []).map((name) => [name, `./${nothingName}`] as const),
    ];
    documents.put(projectName, composeProject(userProject.options(), new Map(found), nodeTypes, revision));
  }

  /** Lets the server hear of what has changed on disk. */
  function hearOfEdits(): Promise<void> {
    const heard = lastLook.then(lookForEdits);
    lastLook = heard.catch(() => {});
    return heard;
  }

  async function lookForEdits(): Promise<void> {
    const changes = [...(await userProject.takeChanges()), ...localModules.takeChanges()];
    if (changes.length > 0) documents.tell("workspace/didChangeWatchedFiles", { changes });
    if (misses || changes.some(({ type }) => type !== changed)) revision += 1;
    misses = false;
    if (userProject.options() !== undefined) hidden?.show();
    putProject();
  }

  /** What a cell imports and its folder does not have may lie next to this package. */
  async function findImports(document: string, code: string): Promise<void> {
    for (const name of await localModules.follow(documents.addressOf(document), code)) {
      const types = packages.has(name) ? undefined : findPackageTypes(name);
      if (types !== undefined) packages.set(name, types);
    }
    putProject();
  }

  async function diagnose(document: string, signal?: AbortSignal): Promise<readonly Diagnostic[]> {
    const textDocument = { uri: documents.addressOf(document) };
    const report = await documents.ask("textDocument/diagnostic", { textDocument }, signal);
    return (report as { readonly items?: readonly Diagnostic[] } | null)?.items ?? [];
  }

  /** TypeScript does not say what it is that an arithmetic operation refuses. */
  async function nameOperand(
    document: string,
    code: string,
    found: Diagnostic,
    signal?: AbortSignal,
  ): Promise<Diagnostic> {
    const operand = operandOf(found, code);
    if (operand === undefined) return found;
    if (/^(?:col|lit)\s*\(/.test(operand.text)) return { ...found, message: expressionProblem };
    const { position } = operand;
    const textDocument = { uri: documents.addressOf(document) };
    const hover = await documents.ask("textDocument/hover", { textDocument, position }, signal);
    const described = (hover as Hover | null)?.contents.value ?? "";
    if (/\bDecimalText\b/.test(described)) return { ...found, message: decimalProblem };
    return isExpressionHover(described) ? { ...found, message: expressionProblem } : found;
  }

  /** The names of earlier cells that the cell takes for true or false, and that stand for expressions. */
  async function findExpressions(
    document: string,
    source: CellSource,
    brought: KnownNames,
    signal?: AbortSignal,
  ): Promise<ReadonlySet<string>> {
    const variables = source.lostConditions.flatMap(({ name = "" }) =>
      ["const", "let", "var"].includes(brought.get(name)?.kind ?? "") && brought.get(name)?.cell !== undefined
        ? [name]
        : [],
    );
    const textDocument = { uri: documents.addressOf(document) };
    const found = await Promise.all(
      [...new Set(variables)].map(async (name) => {
        const position = positionOfBrought(composeCell(source, brought, whereIs), name);
        const hover = await documents.ask("textDocument/hover", { textDocument, position }, signal);
        return isExpressionHover((hover as Hover | null)?.contents.value ?? "") ? [name] : [];
      }),
    );
    return new Set(found.flat());
  }

  /** Has the server read the project before it is asked for anything. */
  async function warm(): Promise<void> {
    await hearOfEdits();
    await diagnose(cellDocuments.nameOf(1));
  }

  /** Frees what no name in scope leads to, however far around. */
  function freeUnneeded(): void {
    const needed = new Set<number>();
    for (const { cell } of known.values()) if (cell !== undefined) needed.add(cell);
    for (const [number, { hasRun, isForAll }] of cells) if (!hasRun || isForAll) needed.add(number);
    // A set is walked to its end, also to what is added meanwhile.
    for (const number of needed) {
      for (const { cell } of cells.get(number)?.brought.values() ?? [])
        if (cell !== undefined) needed.add(cell);
    }
    for (const number of cells.keys()) if (!needed.has(number)) free(number);
  }

  function free(number: number): void {
    const slot = cells.get(number)?.slot;
    cells.delete(number);
    if (slot !== undefined) cellDocuments.free(slot);
  }

  function whereIs(number: number): string {
    const slot = cells.get(number)?.slot;
    return slot === undefined ? `archiveː.cellː${number}` : `slotː${slot}`;
  }

  function cellOf(slot: number): number | undefined {
    for (const [number, cell] of cells) if (cell.slot === slot) return number;
    return undefined;
  }

  /** Moves the cells that have run out of their slots; what has names of them is written again. */
  function emptySlots(): void {
    const moved: number[] = [];
    for (const cell of cells.values()) {
      const { slot, source, hasRun } = cell;
      if (slot === undefined || !hasRun || source.exportPlaces === undefined || source.language !== "ts")
        continue;
      moved.push(slot);
      cell.slot = undefined;
    }
    if (moved.length === 0) return;
    const archived = [...cells].flatMap(([number, { slot, source, brought }]) =>
      slot === undefined ? [{ number, source, brought }] : [],
    );
    cellDocuments.archive(composeArchive(archived, whereIs));
    for (const { slot, source, brought } of cells.values()) {
      if (slot !== undefined) cellDocuments.put(slot, composeCell(source, brought, whereIs));
    }
    for (const slot of moved) cellDocuments.free(slot);
  }

  /** Makes the code a draft for what is asked of it meanwhile. */
  function askOnDraft<T>(
    code: string,
    offset: number,
    ask: (draft: Draft, source: CellSource) => Promise<T>,
    helpers?: string,
  ): Promise<T> {
    const answer = lastDraft.then(async () => {
      hidden?.showFor(code);
      await hearOfEdits();
      const source = analyseCell(code);
      const name = nameDraft(source);
      const text = composeDraft(code, source, known, whereIs, helpers);
      try {
        return await ask({ name, text, offset: text.length - code.length + offset }, source);
      } finally {
        // Else it stays: each document that changes before the next question makes that one slower.
        if (addsToAll(source)) documents.putDraft(name, "export {};");
      }
    });
    lastDraft = answer.catch(() => {});
    return answer;
  }

  function askOf(
    { name, text, offset }: Draft,
    method: string,
    signal?: AbortSignal,
    cursor = offset,
  ): Promise<unknown> {
    documents.putDraft(name, text);
    const parameters = {
      textDocument: { uri: documents.addressOf(name) },
      position: positionAt(text, cursor),
      ...(method === completion ? { context: { triggerKind: 1 } } : {}),
    };
    return documents.ask(method, parameters, signal);
  }

  async function askForItems(draft: Draft, signal?: AbortSignal): Promise<readonly CompletionItem[]> {
    signal?.throwIfAborted();
    const recalled = words.recall(draft, documents.revision());
    if (recalled !== undefined) return recalled;
    const revision = documents.revision();
    const found = (await askOf(draft, completion, signal)) as
      | readonly CompletionItem[]
      | { readonly items: readonly CompletionItem[] }
      | null;
    const items = found === null ? [] : "items" in found ? found.items : found;
    words.keep(draft, revision, items);
    return items;
  }

  /** The names in scope; undefined where only the server knows which may stand at the cursor. */
  async function findNames(
    { name, text }: Draft,
    source: CellSource,
    code: string,
    offset: number,
    signal?: AbortSignal,
  ): Promise<readonly CompletionItem[] | undefined> {
    if (addsToAll(source) || !beginsStatement(code, offset)) return undefined;
    const head = text.slice(0, text.length - code.length);
    const others = await askForItems({ name, text: head, offset: head.length }, signal);
    return namesInScope(source, others);
  }

  /** Asks for what an item leaves out until it is chosen. */
  async function resolveItem(
    { name, text }: Draft,
    item: CompletionItem,
    signal?: AbortSignal,
  ): Promise<CompletionItem> {
    const known = resolved.get(item);
    if (known !== undefined) return known;
    documents.putDraft(name, text);
    const answer = (await documents.ask("completionItem/resolve", item, signal)) as CompletionItem;
    resolved.set(item, answer);
    return answer;
  }

  /** An item is resolved while its draft is there: what is asked on one draft is asked at once. */
  function columnsFor(signal?: AbortSignal): ColumnCompletion {
    return createColumnCompletion(tableNames, (code, read) =>
      askOnDraft(
        code,
        code.length,
        async (draft) => read(await askForItems(draft, signal), (item) => resolveItem(draft, item, signal)),
        composeProbes(scope.module),
      ),
    );
  }

  return {
    check: async (number, source, signal) => {
      hidden?.showFor(source.code);
      await hearOfEdits();
      if (!cellDocuments.hasIdle(source.language)) emptySlots();
      const brought = namesToBring(source, known);
      const slot = cellDocuments.take(source.language, composeCell(source, brought, whereIs));
      const document = cellDocuments.nameOf(slot);
      let isRight = false;
      try {
        await findImports(document, source.code);
        const diagnostics = await Promise.all(
          (await diagnose(document, signal)).map((found) =>
            nameOperand(document, source.code, found, signal),
          ),
        );
        misses = diagnostics.some((found) => missingModule(found) !== undefined);
        const expressions = await findExpressions(document, source, brought, signal);
        const problems = [
          ...readLostConditions(source, known, (name) => expressions.has(name)),
          ...readProblems(
            diagnostics,
            source,
            known,
            (other) => (other === slot ? number : cellOf(other)),
            scope.names,
          ),
        ];
        isRight = problems.length === 0;
        if (isRight) {
          cells.set(number, { slot, source, brought, isForAll: addsToAll(source), hasRun: false });
        }
        return problems;
      } finally {
        if (!isRight) cellDocuments.free(slot);
      }
    },
    declareTables: (text) => documents.put(tablesName, text),
    nameTables: (names) => {
      tableNames = names;
    },
    checkModule: async (name, source, signal) => {
      hidden?.showFor(source.code);
      await hearOfEdits();
      const document = `${name}.${source.language}`;
      documents.put(document, source.code);
      let isRight = false;
      try {
        await findImports(document, source.code);
        const problems = readProblems(await diagnose(document, signal), source, known, cellOf, scope.names);
        isRight = problems.length === 0;
        return problems;
      } finally {
        if (!isRight) documents.remove(document);
      }
    },
    keep: (number, names) => {
      const cell = cells.get(number);
      if (cell === undefined) return;
      cell.hasRun = true;
      const made = new Set(names);
      for (const [name, { kind, isType, isAmbient }] of cell.source.names) {
        if (!isType && !isAmbient && !made.has(name)) continue;
        known.set(name, { cell: number, kind });
      }
      freeUnneeded();
    },
    discard: free,
    complete: async (code, offset, signal) => {
      const place = findNamePlace(code, offset);
      if (place !== undefined) return completeNames(tableNames, place, code, offset);
      return columnsFor(signal).complete(code, offset, (draftCode, cursor) =>
        askOnDraft(draftCode, cursor, async (draft, source) => {
          const names = await findNames(draft, source, draftCode, cursor, signal);
          const items = names ?? (await askForItems(draft, signal));
          return readCompletions(items, draftCode, cursor, (position) => offsetAt(draftCode, position));
        }),
      );
    },
    inspect: async (code, offset, signal) => {
      const column = await columnsFor(signal).describe(code, offset);
      if (column !== undefined) return { text: column, markdown: `\`\`\`text\n${column}\n\`\`\`` };
      return askOnDraft(code, nameAt(code, offset), async (draft) => {
        const hover = (await askOf(draft, "textDocument/hover", signal)) as Hover | null;
        const onName = hover === null ? undefined : readHover(hover);
        if (onName !== undefined) return onName;
        const end = draft.text.length - code.length + offset;
        const help = await askOf(draft, "textDocument/signatureHelp", signal, end);
        return help === null ? undefined : readSignature(help as SignatureHelp);
      });
    },
    isComplete: readSyntax,
    close: documents.close,
    processId: documents.processId,
  };
}

function addsToAll({ code }: CellSource): boolean {
  return /\bdeclare\s+(?:global|module)\b/.test(code);
}

/** A variable or a column, in what is said of a name, whose type is one of our expressions. */
function isExpressionHover(described: string): boolean {
  const [, type = ""] = /\b(?:const|let|var) [\p{ID_Continue}$.ː]+: (.*)/u.exec(described) ?? [];
  // What may be missing is tested for that.
  return isExpression(type) && !/\| (?:null|undefined)$/.test(type);
}

/** Where the document of a cell, in its last line, has a name from an earlier one. */
function positionOfBrought(text: string, name: string): Position {
  const lines = text.split("\n");
  const last = lines.at(-1) ?? "";
  const places = [`import ${name} = `, `declare let ${name}: `].map((start) => last.indexOf(start));
  const place = Math.max(...places);
  return { line: lines.length - 1, character: last.indexOf(name, place + (last[place] === "i" ? 7 : 12)) };
}

/** A cursor behind a name means that name. */
function nameAt(code: string, offset: number): number {
  const isName = (text: string): boolean => /[\p{ID_Continue}$]/u.test(text);
  return !isName(code.charAt(offset)) && isName(code.charAt(offset - 1)) ? offset - 1 : offset;
}

function positionAt(text: string, offset: number): Position {
  const lines = text.slice(0, offset).split(/\r\n|\n|\r/);
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}

function offsetAt(code: string, { line, character }: Position): number {
  const ends = code.matchAll(/\r\n|\n|\r/g);
  let start = 0;
  for (let passed = linesAboveDraft; passed < line; passed++) {
    const { value } = ends.next();
    if (value !== undefined) start = value.index + value[0].length;
  }
  return start + character;
}
