/** Requests in flight, one for each key: whoever asks meanwhile waits for the same. */
export class SharedRequests<T> {
  readonly #inFlight = new Map<string, Promise<T>>();

  /** @param keep gets the answer, unless the request was forgotten meanwhile. */
  ask(key: string, request: () => Promise<T>, keep: (answer: T) => void): Promise<T> {
    const known = this.#inFlight.get(key);
    if (known !== undefined) return known;
    const asked: Promise<T> = request()
      .then((answer) => {
        if (this.#inFlight.get(key) === asked) keep(answer);
        return answer;
      })
      .finally(() => {
        if (this.#inFlight.get(key) === asked) this.#inFlight.delete(key);
      });
    this.#inFlight.set(key, asked);
    return asked;
  }

  /** It still answers those who wait, and leaves nothing behind. */
  forget(key: string): void {
    this.#inFlight.delete(key);
  }
}
