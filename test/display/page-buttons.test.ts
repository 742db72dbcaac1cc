import { expect, test } from "vitest";
import { addPageButtons } from "../../src/display/card/page-buttons.ts";
import { html } from "../../src/display/html/html.ts";

test("page buttons take every color from JupyterLab's theme, light or dark", () => {
  const { markup } = addPageButtons(html`<table></table>`, { kernelId: "k", key: "1" } as never, 1, false);
  const colors = [...markup.matchAll(/(?:[\w-]*color|background|border):([^;"]+)/g)].map(
    ([, value = ""]) => value,
  );
  expect(colors.length).toBeGreaterThan(3);
  for (const color of colors) expect(color).toContain("var(--jp-");
});
