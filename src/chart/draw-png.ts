/** The one import of @resvg/resvg-js: pictures from SVG, with a font that the package brings along. */
import { createRequire } from "node:module";
import type * as Resvg from "@resvg/resvg-js";

const load = createRequire(import.meta.url);

/** Scripts for which the font has no letters; the machine's own fonts are asked then, which takes longer. */
const otherScripts =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Devanagari}\p{Emoji_Presentation}]/u;

/** The PNG file, or undefined where the optional library is not installed. */
export async function drawPng(svg: string): Promise<Uint8Array | undefined> {
  const library = loadLibrary();
  if (library === undefined) return undefined;
  const fontFiles = findFonts();
  const image = await library.renderAsync(svg, {
    font: {
      fontFiles,
      loadSystemFonts: fontFiles.length === 0 || otherScripts.test(svg),
      ...(fontFiles.length === 0 ? {} : { defaultFontFamily: "DejaVu Sans", sansSerifFamily: "DejaVu Sans" }),
    },
  });
  return image.asPng();
}

function loadLibrary(): typeof Resvg | undefined {
  try {
    return load("@resvg/resvg-js") as typeof Resvg;
  } catch {
    return undefined;
  }
}

function findFonts(): string[] {
  try {
    return ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map((file) =>
      load.resolve(`dejavu-fonts-ttf/ttf/${file}`),
    );
  } catch {
    return [];
  }
}
