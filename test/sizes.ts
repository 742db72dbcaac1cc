/** How much the tests do: in `npm test` enough to find a fault, in `npm run test:full` enough to trust. */
const full = process.env.DLF_LANCE_TEST_SIZE === "full";

export interface Sizes {
  /** Cases a property test generates. */
  readonly generatedCases: number;
  /** Plans a property test generates and runs in every engine. */
  readonly generatedPlans: number;
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
  /** Commits made one after the other on one table: more than one page of a listing. */
  readonly versions: number;
  /** Rows of the frames that are drawn. */
  readonly plottedRows: number;
}

export const sizes: Sizes = {
  generatedCases: full ? 1_000 : 300,
  generatedPlans: full ? 5_000 : 300,
  redactedSecrets: full ? 10_000 : 300,
  printedLines: 100_000,
  kills: full ? 30 : 3,
  writers: 6,
  appends: 12,
  rounds: full ? 3 : 1,
  versions: full ? 130 : 105,
  plottedRows: full ? 1_000_000 : 20_000,
};
