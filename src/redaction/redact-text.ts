/** Takes the secrets this process knows out of text: at once, or as the text comes in pieces. */
import { pieceContext } from "./find-pieces.ts";
import { createSecretFinder, type Findings, type Span } from "./find-secrets.ts";
import { redactedText, type SecretRegistry, secretRegistry } from "./known-secrets.ts";

let finder = createSecretFinder();
let learntFrom: SecretRegistry | undefined;
let learntCount = 0;

/** Where the known secrets are written in a text. @param isWhole that nothing follows the text */
function findKnownSecrets(text: string, isWhole: boolean): Findings {
  const registry = secretRegistry();
  if (registry !== learntFrom) {
    finder = createSecretFinder();
    learntFrom = registry;
    learntCount = 0;
  }
  if (registry.size() > learntCount) {
    const secrets = registry.list();
    for (const secret of secrets.slice(learntCount)) finder.add(secret);
    learntCount = secrets.length;
  }
  return finder.find(text, isWhole);
}

export function holdsSecret(text: string): boolean {
  return findKnownSecrets(text, true).spans.length > 0;
}

/**
 * The text with every secret replaced, whichever of the encodings of `needlesOf` it is written in. The beginning of a
 * secret before a cut, which is also the end of the text, is replaced with it.
 */
export function redactText(text: string, replacement: string = redactedText): string {
  return replaceSpans(text, findKnownSecrets(text, true).spans, replacement);
}

const redactedInMarkup = redactedText.replace("<", "&lt;").replace(">", "&gt;");

/** {@link redactText} of what is read as HTML or XML: the replacement is no tag. */
export function redactMarkup(markup: string): string {
  return redactText(markup, redactedInMarkup);
}

/** How many units past a cut to look at, so that a secret that begins before it is recognized. */
export const redactionMargin = 128;

/** The beginning of a text without secrets, to be cut after `length` units: a secret there is still whole. */
export function redactStart(text: string, length: number): string {
  return redactText(text.length > length + redactionMargin ? text.slice(0, length + redactionMargin) : text);
}

export interface StreamRedactor {
  /** Takes the next piece and returns what is safe to show: a tail that may be the beginning of a secret waits. */
  push(piece: string): string;
  /** Whether a tail waits. */
  isWaiting(): boolean;
  /**
   * Returns what waits, cut off as it is; the next piece still goes on with it.
   * @param isPatient leaves what is hardly there by chance: three characters of a secret or more, to which others may come
   */
  release(isPatient?: boolean): string;
  /** Returns what waited; the next piece starts over. */
  end(): string;
}

export function createStreamRedactor(): StreamRedactor {
  /** What may be the beginning of a secret, behind what shows that a piece of one goes on, */
  let waiting = "";
  /** of which so many units were released. */
  let released = 0;
  let undecided = "";

  function release(isPatient = false): string {
    if (isPatient && /^\S{3,}$/.test(undecided)) return "";
    const text = replaceSpans(
      waiting,
      spansFrom(findKnownSecrets(waiting, true).spans, released),
      redactedText,
    );
    const shown = text.slice(released);
    released = waiting.length;
    return shown;
  }

  return {
    push: (piece) => {
      const text = waiting + piece;
      const { spans, undecidedFrom } = findKnownSecrets(text, false);
      const decided = spans.filter((span) => span.end <= undecidedFrom);
      const shown = replaceSpans(text.slice(0, undecidedFrom), spansFrom(decided, released), redactedText);
      const shownBefore = released;
      const keptFrom = Math.max(0, Math.min(undecidedFrom, text.length - pieceContext));
      waiting = text.slice(keptFrom);
      undecided = text.slice(undecidedFrom);
      released = Math.max(released, undecidedFrom) - keptFrom;
      return shown.slice(shownBefore);
    },
    isWaiting: () => released < waiting.length,
    release,
    end: () => {
      const text = release();
      waiting = "";
      undecided = "";
      released = 0;
      return text;
    },
  };
}

/** What the spans have from a place on. */
function spansFrom(spans: readonly Span[], from: number): readonly Span[] {
  return spans
    .filter((span) => span.end > from)
    .map(({ start, end }) => ({ start: Math.max(start, from), end }));
}

function replaceSpans(text: string, spans: readonly Span[], replacement: string): string {
  if (spans.length === 0) return text;
  let result = "";
  let done = 0;
  for (const span of spans) {
    result += text.slice(done, span.start) + replacement;
    done = span.end;
  }
  return result + text.slice(done);
}
