import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  endpoints,
  formatPath,
  matchEndpoint,
  type Operation,
} from "../../src/catalog/protocol/endpoints.ts";
import { formatTableId, parseNamespaceName, parseTableId } from "../../src/catalog/protocol/identifier.ts";
import { isError } from "../../src/errors.ts";
import { findNearest } from "../../src/nearest.ts";
import { sizes } from "../sizes.ts";

const runs = { numRuns: sizes.generatedCases };
const anyName = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom("a", ".", "/", "\\", "$", " ", "%", "+", "\u0000", "\ud800", "é", "🙂"),
    maxLength: 6,
  }),
);
const forbidden = /[/\\$\p{Cc}\p{Cs}]|^\s|\s$|^\.{0,2}$/u;
const validName = anyName.filter((name) => !forbidden.test(name));

describe("names", () => {
  test("a name is taken exactly when nothing in it is forbidden", () => {
    fc.assert(
      fc.property(anyName, (name) => {
        let taken = true;
        try {
          parseNamespaceName(name);
        } catch (error) {
          expect(isError(error, "InvalidInput")).toBe(true);
          expect(String(error)).toContain("database name");
          taken = false;
        }
        expect(taken).toBe(!forbidden.test(name));
      }),
      runs,
    );
  });

  test("two names make a table's, whatever dots they have", () => {
    fc.assert(
      fc.property(validName, validName, (namespace, table) => {
        const id = parseTableId([namespace, table]);
        expect(id).toEqual({ namespace, table });
        expect(parseTableId(id)).toEqual(id);
        if (!namespace.includes(".") && !table.includes("."))
          expect(parseTableId(formatTableId(id))).toEqual(id);
      }),
      runs,
    );
  });

  test.each(["", "a", "a.b.c", "a.", ".b", ".", "a/b.c", "a. b"])("%j is not a table's name", (text) => {
    expect(() => parseTableId(text)).toThrow(expect.objectContaining({ code: "InvalidInput" }));
  });

  test.each([[["a"]], [["a", "b", "c"]], [[1, 2]], [null], [undefined], [{}]])(
    "%j is not a table's name",
    (value) => {
      expect(() => parseTableId(value as never)).toThrow(expect.objectContaining({ code: "InvalidInput" }));
    },
  );

  test("the error names the part that is wrong", () => {
    expect(() => parseTableId(["a", "b/c"])).toThrow(
      'Cannot use "b/c" as a table name: it has one of / \\ $ in it',
    );
    expect(() => parseTableId(["..", "b"])).toThrow('Cannot use ".." as a database name');
  });
});

describe("paths", () => {
  const prefixes = fc.option(validName, { nil: undefined });

  test("every operation's path leads back to it, with its names", () => {
    const operations = fc.constantFrom(...(Object.keys(endpoints) as Operation[]));
    fc.assert(
      fc.property(operations, validName, validName, prefixes, (operation, database, table, prefix) => {
        const path = formatPath(operation, { database, table }, prefix);
        expect(path).toMatch(/^(?:\/(?:[\w.~-]|%[0-9A-F]{2})+)+$/);
        const wants = endpoints[operation].path;
        expect(matchEndpoint(endpoints[operation].method, path, prefix)).toEqual({
          operation,
          database: wants.includes("{database}") ? database : "",
          table: wants.includes("{table}") ? table : "",
        });
      }),
      runs,
    );
  });

  test.each([
    ["GET", "/v1/p/databases/a%2Fb", { operation: "getDatabase", database: "a/b", table: "" }],
    ["GET", "/v1/p/databases/a+b", { operation: "getDatabase", database: "a b", table: "" }],
    ["PUT", "/v1/p/databases/a", "method"],
    ["GET", "/v1/p/tables/rename", "method"],
    ["GET", "/v1/q/databases/a", undefined],
    ["GET", "/v1/databases/a", undefined],
    ["GET", "/v1/p/databases/a/", undefined],
    ["GET", "/v1/p/databases//tables", undefined],
    ["GET", "/v1/p/databases/%zz", undefined],
    ["GET", "/v1/p/databases/a/tables/b/c", undefined],
  ])("%s %s", (method, path, expected) => {
    expect(matchEndpoint(method, path, "p")).toEqual(expected);
  });
});

test.each([
  ["orders", ["order", "other"], "order"],
  ["Orders", ["orders", "order"], "orders"],
  ["dlf.acess-key-id", ["dlf.access-key-id", "dlf.access-key-secret"], "dlf.access-key-id"],
  ["x", ["y"], "y"],
  ["abc", ["xyz"], undefined],
  ["abc", [], undefined],
])("nearest to %s of %j is %s", (name, candidates, expected) => {
  expect(findNearest(name, candidates)).toBe(expected);
});
