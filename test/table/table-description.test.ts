/** The card of a table: what users set is seen, what this package keeps for itself is folded. */
import { expect, test } from "vitest";
import { formatForDisplay } from "../../src/display/mime.ts";
import { Secret } from "../../src/secret.ts";
import { TableDescription } from "../../src/table/description/table-description.ts";
import { leaveForGitHub } from "../display/github-page.ts";
import { findAll, readMarkup, textOf } from "../display/read-markup.ts";
import { strings, tableOf } from "../display/sample-columns.ts";

function describeWith(properties: Readonly<Record<string, string>>): TableDescription {
  return new TableDescription(
    {
      table: "demo.sales",
      location: "oss://lake/demo/sales",
      storageVersion: "2.1",
      schema: tableOf([{ name: "city", data: strings(["Oslo"]) }]).schema,
      version: 3,
      versions: 3,
      committedAt: new Date(Date.UTC(2026, 0, 2, 3, 4, 5)),
      tags: [],
      rows: 1_234_567,
      fragments: 1,
      bytes: 123_456,
      indices: [],
      properties,
      owner: "local",
      comment: undefined,
      createdAt: undefined,
      updatedAt: undefined,
    },
    {
      endpoint: "oss.example.com",
      accessKeyId: new Secret("key-id-of-the-card"),
      accessKeySecret: new Secret("key-secret-of-the-card"),
      securityToken: new Secret("token-of-the-card"),
    },
  );
}

test("the properties of this package are folded behind their count", async () => {
  const bundle = await formatForDisplay(describeWith({ team: "data", "dlf.lance.commit-uuid": "c0ffee" }));
  const markup = readMarkup(String(bundle["text/html"]));
  const [folded] = findAll(markup, "details");
  expect(folded === undefined ? "" : textOf(folded)).toContain("dlf.lance.commit-uuid = c0ffee");
  expect(textOf(markup).split("c0ffee")).toHaveLength(2);
  expect(textOf(findAll(markup, "summary")[0] as never)).toBe("1 entry ");
  expect(textOf(markup)).toContain("team = data");
  // GitHub keeps what folds.
  const [left] = findAll(readMarkup(leaveForGitHub(String(bundle["text/html"]))), "details");
  expect(left === undefined ? "" : textOf(left)).toContain("c0ffee");
});

test("without such properties there is no line for them", async () => {
  const text = String((await formatForDisplay(describeWith({ team: "data" })))["text/plain"]);
  expect(text).not.toContain("bookkeeping");
});

test("times, sizes and counts have the forms of tables", async () => {
  const text = String((await formatForDisplay(describeWith({})))["text/plain"]);
  expect(text).toContain("2026-01-02 03:04:05Z");
  expect(text).toMatch(/rows +1,234,567\n/);
  expect(text).toMatch(/size +123 kB\n/);
});
