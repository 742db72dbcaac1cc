import { expect, test } from "vitest";
import { styles } from "../../src/display/html/theme.ts";

/** What JupyterLab's sanitiser lets through, as far as displays use it; it drops a declaration it does not know. */
const kept: Readonly<Record<string, RegExp>> = {
  display: /^inline-block$/,
  "max-width": /^(\d+px|\d+%)$/,
  "max-height": /^\d+px$/,
  "font-size": /^\d+px$/,
  "line-height": /^\d+(\.\d+)?$/,
  "font-weight": /^(normal|600)$/,
  "font-family": /^monospace$/,
  margin: /^((0|\d+px) ?){1,4}$/,
  "margin-top": /^\d+px$/,
  padding: /^((0|\d+px) ?){1,4}$/,
  "list-style": /^none$/,
  overflow: /^(auto|hidden)$/,
  "overflow-wrap": /^break-word$/,
  "text-overflow": /^ellipsis$/,
  "white-space": /^(normal|nowrap)$/,
  "border-collapse": /^collapse$/,
  "border-radius": /^\d+px$/,
  border: /^(0|1px solid rgba\(128,128,128,0\.\d+\))$/,
  "border-top": /^1px solid rgba\(128,128,128,0\.\d+\)$/,
  background: /^rgba\(128,128,128,0\.\d+\)$/,
  opacity: /^0\.\d+$/,
  "text-align": /^(left|right|center)$/,
  "vertical-align": /^(top|middle|bottom)$/,
  cursor: /^pointer$/,
};

test("every inline style survives JupyterLab's sanitiser", () => {
  const all = Object.values(styles).flatMap((style) =>
    typeof style === "string" ? style : Object.values(style),
  );
  const declarations = all.flatMap((style) => style.split(";"));
  expect(declarations.length).toBeGreaterThan(50);
  for (const declaration of declarations) {
    const [property = "", value = ""] = declaration.split(":");
    expect(kept[property]?.test(value) ?? false, declaration).toBe(true);
  }
});
