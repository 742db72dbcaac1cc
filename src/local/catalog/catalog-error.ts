import type { ResourceType } from "../../catalog/protocol/schemas.ts";

/** An error as the catalog answers it. It never leaves the server as an exception. */
export class CatalogError extends Error {
  readonly status: number;
  readonly resourceType: ResourceType | undefined;
  readonly resourceName: string | undefined;

  constructor(status: number, message: string, resource?: { type: ResourceType; name: string }) {
    super(message);
    this.name = "CatalogError";
    this.status = status;
    this.resourceType = resource?.type;
    this.resourceName = resource?.name;
  }
}

export function databaseNotFound(name: string): CatalogError {
  return new CatalogError(404, `Database ${name} doesn't exist.`, { type: "DATABASE", name });
}

export function databaseExists(name: string): CatalogError {
  return new CatalogError(409, `Database ${name} already exists.`, { type: "DATABASE", name });
}

export function tableNotFound(database: string, name: string): CatalogError {
  return new CatalogError(404, `Table ${database}.${name} doesn't exist.`, { type: "TABLE", name });
}

export function tableExists(database: string, name: string): CatalogError {
  return new CatalogError(409, `Table ${database}.${name} already exists.`, { type: "TABLE", name });
}

export function badRequest(message: string): CatalogError {
  return new CatalogError(400, message);
}

/** For all of a database's tables, `table` is `*`. */
export function notPermitted(
  name: string,
  access: "read" | "write",
  database: string,
  table: string,
): CatalogError {
  const message = `Identity ${name} may not ${access} ${database}.${table}.`;
  const resource =
    table === "*"
      ? ({ type: "DATABASE", name: database } as const)
      : ({ type: "TABLE", name: table } as const);
  return new CatalogError(403, message, resource);
}
