import { expect, test } from "vitest";
import * as api from "../src/index.ts";

test("the door exports these names and no others", () => {
  expect(Object.keys(api).sort()).toEqual([
    "Connection",
    "DlfLanceError",
    "EditResult",
    "Explanation",
    "Expression",
    "Frame",
    "LakeTable",
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
    "read",
    "redact",
    "show",
    "toArrowTable",
    "toIpcStream",
  ]);
});
