/** Oldest Node that runs this package; the launcher and package.json say the same. */
export const oldestNode = [22, 19] as const;

/** @param version as `node --version` prints it */
export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.trim().replace(/^v/, "").split(".").map(Number);
  return major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
}
