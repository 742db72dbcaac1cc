/** What the Python half runs: steps and terms of a closed vocabulary over columns with opaque names. */
import type { ClusterIdentity } from "../catalog/configuration/client-properties.ts";

export type { ClusterIdentity };

/** A column's own name and the number of its type. */
export type TypedColumn = readonly [id: string, type: number];

export type ProgramStep =
  | {
      readonly step: "scan";
      /** Of {@link Program.places}. */
      readonly place: number;
      readonly columns: readonly (readonly [id: string, name: string, type: number])[];
      /** In Lance's SQL dialect. */
      readonly filter?: string;
      readonly limit?: number;
      readonly offset?: number;
    }
  | {
      readonly step: "rows";
      /** Which of the tables that are sent with the program. */
      readonly rows: number;
      readonly columns: readonly TypedColumn[];
      /** Of each column in the table. */
      readonly places: readonly number[];
    }
  | { readonly step: "project"; readonly input: ProgramStep; readonly columns: readonly ProgramColumn[] }
  | {
      readonly step: "filter";
      readonly input: ProgramStep;
      readonly term: Term;
      readonly reads: readonly string[];
    }
  | {
      readonly step: "limit";
      readonly input: ProgramStep;
      readonly count: number | null;
      readonly offset: number;
    }
  | {
      readonly step: "sort";
      readonly input: ProgramStep;
      readonly keys: readonly ProgramSortKey[];
      /** Whether no rows are equal in the keys. */
      readonly isUnique?: boolean;
    }
  | {
      /** Adds a column of numbers in the order of the rows, no two of them equal. */
      readonly step: "number";
      readonly input: ProgramStep;
      readonly name: string;
    }
  | {
      readonly step: "window";
      readonly input: ProgramStep;
      /** All rows are one partition when empty. */
      readonly partition: readonly string[];
      readonly order: readonly ProgramSortKey[];
      readonly functions: readonly ProgramWindowFunction[];
    }
  | { readonly step: "distinct"; readonly input: ProgramStep; readonly on: readonly string[] }
  | { readonly step: "explode"; readonly input: ProgramStep; readonly column: string }
  | { readonly step: "concat"; readonly input: ProgramStep; readonly other: ProgramStep }
  | {
      readonly step: "join";
      readonly input: ProgramStep;
      readonly other: ProgramStep;
      readonly kind: string;
      readonly left: readonly string[];
      readonly right: readonly string[];
    }
  | {
      readonly step: "aggregate";
      readonly input: ProgramStep;
      readonly keys: readonly string[];
      readonly aggregates: readonly ProgramAggregate[];
    };

/** A column that is kept, or one that is computed. */
export type ProgramColumn =
  | { readonly name: string; readonly from: string }
  | {
      readonly name: string;
      readonly term: Term;
      readonly type: number;
      readonly reads: readonly string[];
      /** What it is called in an error. */
      readonly label?: string;
    };

export interface ProgramSortKey {
  readonly column: string;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** Adds a column. Without a frame it sees the whole partition. */
export interface ProgramWindowFunction {
  readonly name: string;
  readonly function:
    | "rowNumber"
    | "rank"
    | "denseRank"
    | "lag"
    | "lead"
    | "firstValue"
    | "lastValue"
    | ProgramAggregate["function"];
  /** Absent for ranks. */
  readonly column?: string;
  /** For `lag` and `lead`. */
  readonly offset?: number;
  /** Rows from and to, counted from the current one; null is the end of the partition. */
  readonly frame?: readonly [start: number | null, end: number | null];
  readonly ignoreNulls?: boolean;
}

export interface ProgramAggregate {
  readonly name: string;
  readonly function: "count" | "countRows" | "countDistinct" | "sum" | "min" | "max";
  readonly column: string;
}

/** An expression as `terms.py` computes it. */
export type Term =
  | { readonly column: string }
  | { readonly literal: string | null; readonly type: number }
  | {
      readonly case: readonly (readonly [when: Term, value: Term])[];
      readonly otherwise: Term | null;
      readonly type: number;
    }
  | { readonly coalesce: readonly Term[]; readonly type: number }
  | {
      readonly call: string;
      readonly arguments: readonly Term[];
      readonly type?: number;
      readonly options?: Readonly<Record<string, string | number | boolean | null>>;
    };

/** How another process opens one version of a table. Values may be secrets. */
export type TablePlace =
  | {
      readonly kind: "path";
      readonly uri: string;
      readonly version: number;
      readonly storageOptions: Readonly<Record<string, string>>;
    }
  | NamespacePlace;

/** A table that a namespace finds, and hands out keys for. */
export interface NamespacePlace {
  readonly kind: "namespace";
  /** A Lance REST namespace, or DLF itself. */
  readonly implementation: "rest" | "dlf";
  readonly properties: Readonly<Record<string, string>>;
  readonly id: readonly string[];
  readonly version: number;
  /** The table that has the name now; undefined where it is still to be made. One that gets the name later is refused. */
  readonly expected?: { readonly location: string; readonly uuid?: string };
}

/**
 * Who opens a table: processes of this machine, which can ask this one for keys; those of a cluster, as whoever is connected
 * here; or those of a cluster as who they are.
 */
export type Reach = "machine" | "cluster" | ClusterIdentity;

/** A table that a program's rows become a version of. */
export interface WriteTarget {
  readonly place: TablePlace;
  readonly mode: "create" | "append" | "overwrite";
  /** 0 for a table that has none. */
  readonly versionBefore: number;
  /** Of Lance's file format. */
  readonly storageVersion: string;
}

/** What a program has written. */
export interface RowsWritten {
  readonly version: number;
  readonly rows: number;
  readonly bytes: number;
  /** Where it ran, for how long, and what it read, in words. */
  readonly ranOn?: string;
}

/** All that another process needs to make the rows of a frame a version of a table. */
export interface PackedProgram {
  readonly program: Program;
  readonly target: WriteTarget;
  /** Arrow IPC streams of the tables that the program's `rows` steps stand for. */
  readonly tables: readonly Uint8Array[];
}

export interface Program {
  /** A schema as an Arrow IPC stream in Base64, whose fields' types are referred to by their number. */
  readonly types: string;
  /** The schema of the result, likewise. */
  readonly result: string;
  readonly places: readonly TablePlace[];
  readonly plan: ProgramStep;
}
