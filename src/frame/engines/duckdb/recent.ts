/** The latest values by their keys: each use makes one the latest, and the one that nobody used for longest goes. */
export class Recent<T> {
  readonly #most: number;
  readonly #drop: (value: T) => void;
  /** The latest last. */
  readonly #values = new Map<string, T>();

  /** @param drop hears of each value that goes. */
  constructor(most: number, drop: (value: T) => void = () => {}) {
    this.#most = most;
    this.#drop = drop;
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  get(key: string): T | undefined {
    return this.#values.get(key);
  }

  put(key: string, value: T): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    const [oldest] = this.#values.keys();
    if (this.#values.size > this.#most && oldest !== undefined) this.delete(oldest);
  }

  delete(key: string): void {
    const value = this.#values.get(key);
    if (this.#values.delete(key)) this.#drop(value as T);
  }

  clear(): void {
    for (const key of [...this.#values.keys()]) this.delete(key);
  }
}

/** The value of the key, made where it is not known. What is rejected is not kept. */
export function takeRecent<T>(recent: Recent<Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const value = recent.get(key) ?? make();
  recent.put(key, value);
  value.catch(() => {
    if (recent.get(key) === value) recent.delete(key);
  });
  return value;
}
