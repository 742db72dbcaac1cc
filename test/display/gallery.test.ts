import { expect, test } from "vitest";
import { trustedStyle } from "../../src/display/html/theme.ts";
import { makeGallery } from "./gallery.ts";

const introduction = `# Displays

What notebooks show for tables and for the objects of this package, once as HTML and once as the text that stands beside
it for terminals and logs. This page is as good as the reader of Markdown lets it be: GitHub takes colours, bars and
pictures away and leaves tables and words, a JupyterLab that does not trust a notebook leaves all but the fixed header.

A test writes this page anew: \`npx vitest run test/display/gallery.test.ts -u\`.
`;

test("the page of the documentation shows today's displays", async () => {
  const sections = (await makeGallery()).map(({ title, bundle }) => {
    const markup = String(bundle["text/html"]).replaceAll(trustedStyle.markup, "");
    expect(markup).not.toMatch(/\n\s*\n/);
    const text = String(bundle["text/plain"]);
    return `## ${title}\n\n${markup}\n\n\`\`\`\`text\n${text}\n\`\`\`\`\n`;
  });
  const page = [introduction, ...sections].join("\n");
  expect(Buffer.byteLength(page)).toBeLessThan(150_000);
  await expect(page).toMatchFileSnapshot("../../notebooks/gallery.md");
});
