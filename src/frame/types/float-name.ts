/** Whether a type, as displays name it, is one of floats. */
export function isFloatName(type: string): boolean {
  return /^(halffloat|float|double)$/.test(type);
}
