import { expect, test } from "vitest";
import { trustedStyle } from "../../src/display/html/theme.ts";
import { makeGallery } from "./gallery.ts";

const introduction = `# Displays

What notebooks show for tables and for the objects of this package: as HTML, and as the text that terminals and logs get. How much
of it this page shows depends on what renders the Markdown: GitHub removes colors, bars and pictures, and leaves tables and words; a
JupyterLab that does not trust a notebook removes only the fixed header.

A test writes this page: \`npx vitest run test/display/gallery.test.ts -u\`.
`;

test("the page of the documentation shows today's displays", async () => {
  const sections = (await makeGallery()).map(({ title, bundle }) => {
    const markup = String(bundle["text/html"]).replaceAll(trustedStyle.markup, "");
    expect(markup).not.toMatch(/\n\s*\n/);
    const text = String(bundle["text/plain"]);
    return `## ${title}\n\n${markup}\n\n\`\`\`\`text\n${text}\n\`\`\`\`\n`;
  });
  const page = [introduction, ...sections].join("\n");
  expect(Buffer.byteLength(page)).toBeLessThan(160_000);
  await expect(page).toMatchFileSnapshot("../../notebooks/gallery.md");
});
