import { expect, test } from "vitest";
import * as api from "../src/index.ts";

test("the door exports these names and no others", () => {
  expect(Object.keys(api).sort()).toEqual([
    "Chart",
    "Connection",
    "DlfLanceError",
    "Explanation",
    "Expression",
    "Frame",
    "Page",
    "Preview",
    "Secret",
    "TableDescription",
    "WriteResult",
    "append",
    "col",
    "connect",
    "describe",
    "isError",
    "lit",
    "plot",
    "read",
    "redact",
    "show",
  ]);
});
