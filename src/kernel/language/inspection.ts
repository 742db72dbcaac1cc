/** From the language server's descriptions to what a front end shows of a name or a call. */
import { withoutPlaces } from "./cell-project.ts";
import type { Inspection } from "./checker.ts";

/** @see https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#hover */
export interface Hover {
  readonly contents: { readonly value: string };
}

/** @see https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#signatureHelp */
export interface SignatureHelp {
  readonly signatures: readonly Signature[];
  readonly activeSignature?: number;
}

interface Signature {
  readonly label: string;
  readonly documentation?: Text;
  readonly parameters?: readonly {
    readonly label: string | readonly [number, number];
    readonly documentation?: Text;
  }[];
  readonly activeParameter?: number;
}

type Text = string | { readonly value: string };

/** Of a name that is not found it only says `any`. */
export function readHover({ contents }: Hover): Inspection | undefined {
  if (/^```\w*\nany\n```\s*$/.test(contents.value)) return undefined;
  // Every name of an earlier cell is an alias in the draft.
  return present(
    contents.value
      .replace(/^(```\w*\n)\(alias\) /, "$1")
      .replace(/\nimport [\p{ID_Continue}$]+(?: = [\p{ID_Continue}$.]+)?\n```/u, "\n```")
      .trim(),
  );
}

/** The signature that fits what is written, then how many others there are, then the documentation. */
export function readSignature({ signatures, activeSignature = 0 }: SignatureHelp): Inspection | undefined {
  const signature = signatures[activeSignature] ?? signatures[0];
  if (signature === undefined) return undefined;
  const others = signatures.length - 1;
  const more = others === 0 ? "" : ` (+${others} ${others === 1 ? "overload" : "overloads"})`;
  const parameters = (signature.parameters ?? []).flatMap(({ label, documentation }) => {
    const text = textOf(documentation);
    if (text === "") return [];
    const shown = typeof label === "string" ? label : signature.label.slice(...label);
    return [`*@param* \`${/^[\w$.]+/.exec(shown)?.[0] ?? shown}\` — ${text}`];
  });
  const documentation = textOf(signature.documentation);
  const parts = [`\`\`\`typescript\n${signature.label}${more}\n\`\`\``, documentation, ...parameters];
  return present(parts.filter((part) => part !== "").join("\n\n"));
}

function textOf(text: Text | undefined): string {
  return (typeof text === "string" ? text : (text?.value ?? "")).trim();
}

function present(described: string): Inspection {
  const cleaned = withoutPlaces(described);
  // A link to a file of declarations leads nowhere from a browser.
  const markdown = cleaned.replace(/\[([^\]]+)\]\(file:[^)]*\)/g, "`$1`");
  return { markdown, text: toPlain(cleaned) };
}

/** For a terminal: without the marks of Markdown that stand around signatures, tags and links. */
function toPlain(markdown: string): string {
  return markdown
    .replace(/^```\w*\n?/gm, "")
    .replace(/^\*(@\w+)\*/gm, "$1")
    .replace(/\[([^\]]+)\]\((?:file|https?):[^)]*\)/g, "$1")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}
