/** The cells of this session, as `history_request` asks for them. */
import * as z from "zod";

const historyRequest = z.object({
  output: z.boolean().default(false),
  hist_access_type: z.enum(["range", "tail", "search"]).default("tail"),
  session: z.number().default(0),
  start: z.number().nullish(),
  stop: z.number().nullish(),
  n: z.number().nullish(),
  pattern: z.string().nullish(),
  unique: z.boolean().default(false),
});

type HistoryRequest = z.infer<typeof historyRequest>;

interface Entry {
  readonly line: number;
  readonly source: string;
  output: string | null;
}

export interface History {
  /** Adds a cell; the function takes the text of its result. */
  add(line: number, source: string): (output: string) => void;
  /** The entries a request asks for, as the reply carries them. */
  find(request: unknown): readonly unknown[];
}

/** There is one session, the kernel's own; clients call it 0. */
const thisSession = 1;

export function createHistory(): History {
  const entries: Entry[] = [];
  return {
    add: (line, source) => {
      const entry: Entry = { line, source, output: null };
      entries.push(entry);
      return (output) => {
        entry.output = output;
      };
    },
    find: (content) => {
      const request = historyRequest.parse(content);
      return choose(entries, request).map(({ line, source, output }) => [
        thisSession,
        line,
        request.output ? [source, output] : source,
      ]);
    },
  };
}

function choose(entries: readonly Entry[], request: HistoryRequest): readonly Entry[] {
  switch (request.hist_access_type) {
    case "tail":
      return takeLast(entries, request.n);
    case "range": {
      if (request.session !== 0 && request.session !== thisSession) return [];
      const { start, stop } = request;
      return entries.filter(({ line }) => line >= (start ?? 0) && line < (stop ?? Number.POSITIVE_INFINITY));
    }
    case "search": {
      const pattern = compileGlob(request.pattern ?? "*");
      const found = entries.filter(({ source }) => pattern.test(source));
      const kept = request.unique
        ? [...new Map(found.map((entry) => [entry.source, entry])).values()]
        : found;
      return takeLast(kept, request.n);
    }
    default:
      return request.hist_access_type satisfies never;
  }
}

function takeLast(entries: readonly Entry[], count: number | null | undefined): readonly Entry[] {
  if (count === undefined || count === null) return entries;
  return count <= 0 ? [] : entries.slice(-count);
}

/** `*` stands for any text and `?` for any character. */
function compileGlob(glob: string): RegExp {
  const escaped = glob
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", "[^]*")
    .replaceAll("?", "[^]");
  return new RegExp(`^${escaped}$`);
}
