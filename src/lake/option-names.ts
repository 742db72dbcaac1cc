/** The options of what a connection and its tables do. */
import type { OptionNames } from "../check-options.ts";
import { nearestOptionNames, textSearchOptionNames } from "../frame/builder/search-options.ts";
import type { ChangeOptions } from "./edit/change-table.ts";
import type { CreateIndexOptions, WaitForIndexOptions } from "./edit/edit-indices.ts";
import type { MergeOptions, UpdateOptions } from "./edit/edit-rows.ts";
import type { CleanupOptions } from "./edit/maintain-table.ts";
import type { DescribeOptions } from "./read/describe-table.ts";
import type { TableNearestOptions, TableTextSearchOptions } from "./read/search-rows.ts";
import type { SampleOptions, TakeOptions } from "./read/take-table-rows.ts";
import type { AppendOptions, WriteOptions } from "./write/append-rows.ts";
import type { CreateTableOptions } from "./write/create-table.ts";
import type { InsertOverwriteOptions } from "./write/replace-rows.ts";

export const changeOptions: OptionNames<ChangeOptions> = { signal: true };
export const writeOptions: OptionNames<WriteOptions> = { signal: true };
export const appendOptions: OptionNames<AppendOptions> = { commits: true, signal: true };
export const createTableOptions: OptionNames<CreateTableOptions> = {
  mode: true,
  commits: true,
  properties: "texts",
  location: true,
  fields: "fields",
  storageVersion: ["2.0", "2.1", "2.2"],
  signal: true,
};
export const insertOverwriteOptions: OptionNames<InsertOverwriteOptions> = {
  where: true,
  on: true,
  signal: true,
};
export const describeOptions: OptionNames<DescribeOptions> = { details: "flag" };
export const takeOptions: OptionNames<TakeOptions> = { columns: "names", at: true, signal: true };
export const fetchOptions: OptionNames<Omit<TakeOptions, "columns">> = { at: true, signal: true };
export const sampleOptions: OptionNames<SampleOptions> = { seed: "number", ...takeOptions };
export const tableNearestOptions: OptionNames<TableNearestOptions> = {
  ...nearestOptionNames,
  where: true,
  ...takeOptions,
};
export const tableTextSearchOptions: OptionNames<TableTextSearchOptions> = {
  ...textSearchOptionNames,
  where: true,
  ...takeOptions,
};
export const updateOptions: OptionNames<UpdateOptions> = { where: true, signal: true };
export const mergeOptions: OptionNames<MergeOptions> = {
  whenMatched: true,
  whenNotMatched: true,
  whenNotInData: true,
  signal: true,
};
export const cleanupOptions: OptionNames<CleanupOptions> = {
  olderThan: true,
  allowRecent: "flag",
  signal: true,
};
export const createIndexOptions: OptionNames<CreateIndexOptions> = {
  name: "text",
  replace: "flag",
  signal: true,
};
export const waitForIndexOptions: OptionNames<WaitForIndexOptions> = { timeout: "number", signal: true };
