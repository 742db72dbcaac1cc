/** The cells of this session and of those before, as `history_request` asks for them. */
import { z } from "../../zod.ts";
import type { HistoryStore } from "./history-store.ts";

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
  /** 0 for this one. */
  readonly session: number;
  readonly line: number;
  readonly source: string;
  output: string | null;
}

export interface History {
  /** Adds a cell; the function is called once it has run, with the text of its result. */
  add(line: number, source: string): (output: string | undefined) => void;
  /** The entries a request asks for, as the reply carries them. */
  find(request: unknown): Promise<readonly unknown[]>;
}

/** @param store where sessions are kept; without it there is this one alone */
export function createHistory(store?: Pick<HistoryStore, "earlier" | "keep">): History {
  const entries: Entry[] = [];

  async function allEntries(): Promise<{ readonly known: readonly Entry[]; readonly thisSession: number }> {
    const earlier = (await store?.earlier()) ?? [];
    const before = earlier.flatMap((cells, index) =>
      cells.map((cell) => ({ ...cell, session: index + 1, output: null })),
    );
    return { known: [...before, ...entries], thisSession: earlier.length + 1 };
  }

  return {
    add: (line, source) => {
      const entry: Entry = { session: 0, line, source, output: null };
      entries.push(entry);
      return (output) => {
        entry.output = output ?? null;
        store?.keep({ line, source });
      };
    },
    find: async (content) => {
      const request = historyRequest.parse(content);
      const { known, thisSession } = await allEntries();
      return choose(known, request, thisSession).map(({ session, line, source, output }) => [
        session || thisSession,
        line,
        request.output ? [source, output] : source,
      ]);
    },
  };
}

function choose(entries: readonly Entry[], request: HistoryRequest, thisSession: number): readonly Entry[] {
  switch (request.hist_access_type) {
    case "tail":
      return takeLast(entries, request.n);
    case "range": {
      const { start, stop } = request;
      // Clients count sessions from the first, or back from this one, which is 0.
      const asked = sessionOf(request.session, thisSession);
      const cells = entries.filter(({ session }) => session === asked);
      return cells.filter(({ line }) => line >= (start ?? 0) && line < (stop ?? Number.POSITIVE_INFINITY));
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

/** The session that a client asks for: 0 for this one, undefined where there is none. */
function sessionOf(asked: number, thisSession: number): number | undefined {
  const session = asked < 0 ? thisSession + asked : asked;
  if (asked < 0 && session <= 0) return undefined;
  return session === thisSession ? 0 : session;
}
