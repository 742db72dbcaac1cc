/** What a text reads as in SQL. */
export interface TextExpression {
  /** The columns it names, each with the names of fields behind it. */
  readonly columns: readonly (readonly string[])[];
  /** Whether it is more than the name of a column. */
  readonly computes: boolean;
}
