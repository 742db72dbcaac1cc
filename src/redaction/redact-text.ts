/** Takes the secrets this process knows out of text: at once, or as the text comes in pieces. */

import { createSecretFinder, type SecretFinder, type Span } from "./find-secrets.ts";
import { knownSecretCount, knownSecrets, redactedText } from "./known-secrets.ts";

let finder: SecretFinder = createSecretFinder([]);
let finderCount = 0;

/** Where the known secrets are written in a text. */
export const findKnownSecrets: SecretFinder = (text) => {
  if (knownSecretCount() !== finderCount) {
    finder = createSecretFinder(knownSecrets());
    finderCount = knownSecretCount();
  }
  return finder(text);
};

export function holdsSecret(text: string): boolean {
  return findKnownSecrets(text).spans.length > 0;
}

/** The text with every secret replaced, whichever of the encodings of `needlesOf` it is written in. */
export function redactText(text: string, replacement: string = redactedText): string {
  return replaceSpans(text, findKnownSecrets(text).spans, replacement);
}

export interface StreamRedactor {
  /** Takes the next piece and answers what is safe to show: a tail that may be the beginning of a secret waits. */
  push(piece: string): string;
  /** Answers what waited; the next piece begins anew. */
  end(): string;
}

export function createStreamRedactor(): StreamRedactor {
  let waiting = "";
  return {
    push: (piece) => {
      const text = waiting + piece;
      const { spans, undecidedFrom } = findKnownSecrets(text);
      waiting = text.slice(undecidedFrom);
      return replaceSpans(
        text.slice(0, undecidedFrom),
        spans.filter((span) => span.end <= undecidedFrom),
        redactedText,
      );
    },
    end: () => {
      const text = redactText(waiting);
      waiting = "";
      return text;
    },
  };
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
