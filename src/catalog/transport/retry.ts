/** When a request is sent again, and after how long. */

export interface RetrySettings {
  /** How often a request is sent at most. */
  readonly tries: number;
  /** Upper bound of the wait before the second try, in milliseconds; it doubles with each further try. */
  readonly firstWait: number;
  /** Longest wait between tries, in milliseconds. */
  readonly longestWait: number;
  /** Longest wait that a service's `Retry-After` can ask for, in milliseconds. */
  readonly longestRetryAfter: number;
}

/** Milliseconds to wait before try `tries + 1`: a random part of a doubling bound, and not less than asked for. */
export function chooseWait(tries: number, settings: RetrySettings, retryAfter: number | undefined): number {
  const bound = Math.min(settings.longestWait, settings.firstWait * 2 ** (tries - 1));
  const asked = Math.min(settings.longestRetryAfter, retryAfter ?? 0);
  return Math.max(Math.random() * bound, asked);
}

/** Milliseconds that a `Retry-After` header asks for, given in seconds or as a date. */
export function readRetryAfter(header: string, now: number): number | undefined {
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Whether a status is worth another try. A service that answers 429 or 503 has done nothing. */
export function isWorthRetry(status: number, repeatable: boolean): boolean {
  return status === 429 || status === 503 || (repeatable && (status === 502 || status === 504));
}
