/** A value that all copies of this package in a process share, such as the kernel's and that of a notebook. */

export interface SharedValue<T> {
  read(): T | undefined;
  write(value: T | undefined): void;
}

/** Never shows in a print of the global object, and can be written where a cell has frozen that. */
export function shareValue<T>(name: string): SharedValue<T> {
  const key = Symbol.for(name);
  const holder = globalThis as unknown as Record<symbol, T | undefined>;

  function open(): void {
    let shared: T | undefined;
    const set = (value: T | undefined): void => {
      shared = value;
    };
    Object.defineProperty(holder, key, { get: () => shared, set, configurable: true });
  }

  return {
    read: () => holder[key],
    write: (value) => {
      if (!Object.hasOwn(holder, key)) open();
      holder[key] = value;
    },
  };
}
