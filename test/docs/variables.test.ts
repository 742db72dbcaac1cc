/** Every variable of this package is in the table of the page on connecting. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
/** What the set-up of this repository and a process of ours tell each other. */
const internal = /^DLF_LANCE_(PREPARED|TEST_.*|SH_.*)$/;

test("the page on connecting lists all variables that the sources read", () => {
  const read = new Set<string>();
  for (const file of readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })) {
    if (!/\.(ts|cjs)$/.test(file)) continue;
    for (const [name] of readFileSync(join(root, "src", file), "utf8").matchAll(/\bDLF_LANCE_[A-Z_]+/g))
      if (!internal.test(name)) read.add(name);
  }
  const page = readFileSync(join(root, "docs/connect.md"), "utf8");
  const listed = page.match(/(?<=^\| `)DLF_LANCE_[A-Z_]+/gm) ?? [];
  expect(listed.toSorted()).toEqual([...read].toSorted());
});
