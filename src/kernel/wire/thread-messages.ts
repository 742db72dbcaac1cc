/**
 * What the kernel's two threads tell each other. The front thread has the sockets, the language and all that a front
 * end asks; the main thread has the cells, whose code can change everything there.
 */
import type { BoundCell } from "../source/bind.ts";
import type { Widening } from "../source/places.ts";
import type { NamedTables } from "../source/table-names.ts";
import type { Failure } from "./failure.ts";

/** What the front thread begins with. */
export interface FrontStart {
  /** Path of the file that says where to listen. */
  readonly connectionFile: string;
  /** See {@link import("./shared-state.ts")}. */
  readonly shared: SharedArrayBuffer;
  /** The notebook's. */
  readonly folder: string;
  /** Megabytes that the values of cells may take. */
  readonly memoryLimit: number;
  readonly prelude: DeclaredPrelude;
}

/** What is declared of the module whose names are in scope in every cell. */
export interface DeclaredPrelude {
  /** Its name, as a cell would import it. */
  readonly module: string;
  /** What is in scope without an import. */
  readonly names: readonly string[];
  /** Absolute path of its declarations. */
  readonly types: string;
  /** A library that they import for a few of their names: it is read when a cell has one of these. */
  readonly rareTypes?: { readonly module: string; readonly names: readonly string[] };
}

export type StreamName = "stdout" | "stderr";

/** A cell that is to run, or an expression a front end asks for. */
export interface CellOrder {
  /** Its number in this process, from 1. */
  readonly run: number;
  /** Its name in stack traces, such as `cell-3`. */
  readonly name: string;
  /** JSON text of the header of the request it belongs to. */
  readonly parent: string;
  readonly isSilent: boolean;
  readonly allowsInput: boolean;
  /** As it was written. */
  readonly source: string;
  readonly bound: BoundCell;
  /** How the text that was bound leads back to the cell. */
  readonly emittedMap: string;
  /** In the order in which they are taken back after that. */
  readonly widenings: readonly Widening[];
  /** Names of values that it declares; the rest of the bound ones is there already. */
  readonly declared: ReadonlySet<string>;
}

/** What has come of it. */
export interface CellEnd {
  readonly run: number;
  /** The values it declares and has come to. */
  readonly reached: readonly string[];
  /** JSON text of the bundle that shows its value. */
  readonly data: string | undefined;
  readonly failure: Failure | undefined;
  /** The failure has been shown already. */
  readonly isTold: boolean;
}

/** What is sent to every client. */
export interface Publication {
  readonly kind: "publish";
  readonly type: string;
  /** JSON text of the header of the request it belongs to. */
  readonly parent: string;
  /** JSON text. */
  readonly content: string;
  /** JSON text; what opens a widget needs it. */
  readonly metadata?: string;
}

/** What a cell writes. A piece may end within a character. */
export interface WrittenText {
  readonly kind: "text";
  readonly name: StreamName;
  readonly parent: string;
  readonly text: string | Uint8Array;
}

/** What a message weighs on its way, in bytes or a little more: its text, and what holds it. */
export function weightOf(message: Publication | WrittenText): number {
  return 512 + (message.kind === "text" ? message.text : message.content).length;
}

export type ToFront =
  | Publication
  | WrittenText
  | { readonly kind: "ended"; readonly end: CellEnd }
  /** A message about a comm has been dealt with; these are open now, each with its target. */
  | { readonly kind: "handled"; readonly comms: Readonly<Record<string, string>> }
  /** A child process is to write to the cell of that parent: two descriptors are asked for, see `ChildStreams`. */
  | {
      readonly kind: "lend";
      /** Counted from 1. */
      readonly lease: number;
      readonly parent: string;
      readonly answer: SharedArrayBuffer;
    }
  /** The child has started. With `answer`, it has ended too, and this thread waits for what it wrote to be read. */
  | { readonly kind: "return"; readonly lease: number; readonly answer: SharedArrayBuffer | undefined }
  /** A question to whoever runs the cell. */
  | { readonly kind: "ask"; readonly prompt: string; readonly isPassword: boolean }
  /** A text that is to be in nothing that leaves from now on. */
  | { readonly kind: "secret"; readonly text: string }
  /** Declarations of the tables that are known, in place of those before; undefined where these still hold. */
  | {
      readonly kind: "tables";
      readonly declarations: string | undefined;
      /** The question that it answers, if it answers one. */
      readonly question?: number;
    }
  /** The answer to a question about variables, as JSON text. */
  | { readonly kind: "variables"; readonly id: number; readonly answer: string | undefined }
  /** The names of all tables of the connection, in place of those before. */
  | { readonly kind: "table-names"; readonly names: readonly string[] }
  /** What a question has come to. */
  | { readonly kind: "answer"; readonly question: number; readonly answer: unknown }
  /** The process was signalled. */
  | { readonly kind: "interrupt" }
  /** For the terminal the kernel was started from. */
  | { readonly kind: "complaint"; readonly text: string }
  /** After this nothing more is sent. With a failure, that is what becomes of the cell that is being worked on. */
  | { readonly kind: "end"; readonly failure?: Failure };

/** What a front end asks about the values of cells' names. */
export type VariableQuestion =
  | { readonly about: "all" }
  /** The parts of a listed value, by its reference. */
  | { readonly about: "parts"; readonly reference: number }
  | { readonly about: "one"; readonly name: string };

/** The body of the answer; undefined where nothing is of that name. */
export type VariableAnswer = Readonly<Record<string, unknown>> | undefined;

/**
 * Why tables are looked up: a cell is to be checked, is being written, or was refused, and their columns may have changed
 * elsewhere.
 */
export type TablePurpose = "check" | "draft" | "renewal";

/** What whoever points at a table is shown. */
export interface TableSummary {
  readonly location: string;
  readonly version: number;
  readonly rows: number;
  readonly comment: string | undefined;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly isNullable: boolean }[];
}

/** A member of a value that is there. */
export interface LiveMember {
  readonly name: string;
  readonly kind: "function" | "property";
}

/** A message about a comm, as a front end sends it. */
export interface CommMessage {
  readonly type: "comm_open" | "comm_msg" | "comm_close";
  readonly parent: string;
  readonly content: {
    readonly comm_id: string;
    /** Where it is opened. */
    readonly target_name?: string | undefined;
    readonly data: Readonly<Record<string, unknown>>;
  };
}

export type ToMain =
  | { readonly kind: "listening" }
  /** It cannot listen, and ends: a sentence why. */
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "run"; readonly order: CellOrder }
  /** The checker is reading declarations: time to load the prelude, which nearly all notebooks use. */
  | { readonly kind: "prelude" }
  /** Code that is imported as `./name`, from nowhere on disk. */
  | {
      readonly kind: "define";
      readonly name: string;
      readonly language: "ts" | "tsx";
      readonly code: string;
    }
  /** The run of that number is to stop. It may be over by now; and it may come more than once. */
  | { readonly kind: "interrupt"; readonly run: number }
  /** A cell that is to be checked names these; or it was refused, and their columns may have changed elsewhere. */
  | {
      readonly kind: "tables";
      readonly question: number;
      readonly tables: NamedTables;
      readonly purpose: TablePurpose;
    }
  /** Somebody points at a table, or completes what a value holds: see {@link TableSummary} and {@link LiveMember}. */
  | { readonly kind: "summary"; readonly question: number; readonly table: string }
  | { readonly kind: "members"; readonly question: number; readonly path: readonly string[] }
  | { readonly kind: "input"; readonly value: string }
  | { readonly kind: "variables"; readonly id: number; readonly question: VariableQuestion }
  | { readonly kind: "comm"; readonly message: CommMessage }
  /** A client asks for it, or the parent is gone. */
  | { readonly kind: "shutdown" };
