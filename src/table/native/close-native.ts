/** A call under way, as next to one that has failed, keeps the native table or database open; it is then freed with its handle. */
export function closeNative(opened: { close(): void }): void {
  try {
    opened.close();
  } catch (error) {
    if (!/borrow is active/.test(String(error))) throw error;
  }
}
