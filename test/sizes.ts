/** How much the tests do: in `npm test` enough to find a fault, in `npm run test:full` enough to trust. */
const full = process.env.DLF_LANCE_TEST_SIZE === "full";

export interface Sizes {
  /** Names of the notebooks that plain tslab runs: a tour, writes and charts, or all. */
  readonly tslabNotebooks: RegExp;
  /** Cases a property test generates. */
  readonly generatedCases: number;
  /** Plans a property test generates and runs in every engine. */
  readonly generatedPlans: number;
  /** Plans a property test generates and runs beside a writer. */
  readonly snapshotPlans: number;
  /** Plans a property test generates and runs on Daft. */
  readonly generatedDaftPlans: number;
  /** Secrets, each in every encoding, that the redaction test sends through the kernel's filter. */
  readonly redactedSecrets: number;
  /** Lines one cell prints; all must arrive before the cell is done. */
  readonly printedLines: number;
  /** Times a serving process is killed in the middle of its work. */
  readonly kills: number;
  /** Processes that append to one table at the same time. */
  readonly writers: number;
  /** Appends of each of these processes. */
  readonly appends: number;
  /** How often the whole race of writers is run. */
  readonly rounds: number;
  /** Tables that are made, written and read again with generated columns and rows. */
  readonly generatedTables: number;
  /** Calls with wrong arguments. */
  readonly wrongCalls: number;
  /** Connections of one process that append to one table at the same time. */
  readonly racers: number;
  /** Appends of each of these connections. */
  readonly racerAppends: number;
  /** Times a process is killed in the middle of an append. */
  readonly killedAppends: number;
  /** Seconds that one append takes while its tokens end. */
  readonly slowAppendSeconds: number;
  /** Seconds that one scan takes while its tokens end. */
  readonly slowScanSeconds: number;
  /** Seconds that each of these tokens lives. */
  readonly tokenSeconds: number;
  /** Whether reading requests of every kind of write go wrong, and not of an append alone. */
  readonly everyFault: boolean;
  /** How long tables are worked on with tokens of two seconds. */
  readonly renewalSeconds: number;
  /** Commits made one after the other on one table: more than one page of a listing. */
  readonly versions: number;
  /** Rows of the frames that are drawn. */
  readonly plottedRows: number;
  /** Scale factor of TPC-H's tables; 1 is six million order lines. */
  readonly tpchScale: number;
  /** Scale factor of TPC-DS's tables; 1 is 2.9 million sales in shops. */
  readonly tpcdsScale: number;
  /** One in so many of TPC-DS's queries is run. */
  readonly tpcdsStep: number;
}

export const sizes: Sizes = {
  tslabNotebooks: full ? /./ : /^0[135]_/,
  generatedCases: full ? 1_000 : 300,
  generatedPlans: full ? 5_000 : 300,
  snapshotPlans: full ? 500 : 20,
  generatedDaftPlans: full ? 2_000 : 40,
  redactedSecrets: full ? 10_000 : 300,
  printedLines: 100_000,
  kills: full ? 30 : 3,
  writers: 6,
  appends: 12,
  rounds: full ? 3 : 1,
  generatedTables: full ? 300 : 15,
  wrongCalls: full ? 800 : 60,
  racers: full ? 8 : 4,
  racerAppends: full ? 25 : 5,
  killedAppends: full ? 50 : 3,
  slowAppendSeconds: full ? 60 : 5,
  slowScanSeconds: full ? 60 : 5,
  tokenSeconds: full ? 5 : 1,
  everyFault: full,
  renewalSeconds: full ? 60 : 5,
  versions: full ? 130 : 105,
  plottedRows: full ? 1_000_000 : 20_000,
  tpchScale: full ? 0.1 : 0.01,
  tpcdsScale: full ? 0.1 : 0.01,
  tpcdsStep: full ? 1 : 4,
};
