/** The options of what the catalog alone does. */
import type { OptionNames } from "../../check-options.ts";
import type { CallOptions } from "./calls.ts";
import type {
  CreateNamespaceOptions,
  DropNamespaceOptions,
  ListNamespacesOptions,
  PageOptions,
} from "./databases.ts";
import type { RegisterTableOptions } from "./table-changes.ts";
import type { ListAllTablesOptions, ListTablesOptions } from "./table-listing.ts";
import type { DeclareTableOptions } from "./tables.ts";

export const callOptions: OptionNames<CallOptions> = { signal: true };
const pageOptions: OptionNames<PageOptions> = { limit: true, pageToken: true };
export const listNamespacesOptions: OptionNames<ListNamespacesOptions> = { pattern: true, signal: true };
export const listNamespacesPageOptions = { ...listNamespacesOptions, ...pageOptions };
export const createNamespaceOptions: OptionNames<CreateNamespaceOptions> = {
  mode: true,
  properties: "texts",
  signal: true,
};
export const dropNamespaceOptions: OptionNames<DropNamespaceOptions> = {
  behavior: true,
  mode: true,
  signal: true,
};
export const listTablesOptions: OptionNames<ListTablesOptions> = { pattern: true, signal: true };
export const listTablesPageOptions = { ...listTablesOptions, ...pageOptions };
export const listAllTablesOptions: OptionNames<ListAllTablesOptions> = {
  ...listTablesOptions,
  namespacePattern: true,
};
export const declareTableOptions: OptionNames<DeclareTableOptions> = {
  properties: "texts",
  location: true,
  fields: "fields",
  signal: true,
};
export const registerTableOptions: OptionNames<RegisterTableOptions> = {
  location: true,
  mode: true,
  properties: "texts",
  signal: true,
};
