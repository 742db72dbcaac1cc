/** The outcome of the work, or the error `late` after so many milliseconds; what the work then comes to is dropped. */
export async function withDeadline<T>(work: Promise<T>, milliseconds: number, late: string): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(late)), milliseconds);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
