/** A fenced block of a Markdown page: its language, the word after it, and its text. */
export interface Block {
  readonly language: string;
  readonly mark: string | undefined;
  readonly code: string;
}

/** The fenced blocks of a page, in order. */
export function readBlocks(page: string): Block[] {
  return [...page.matchAll(/^```(\S+)(?: (\S+))?\n(.*?)^```$/gms)].map(
    ([, language = "", mark, code = ""]) => ({
      language,
      mark,
      code,
    }),
  );
}
