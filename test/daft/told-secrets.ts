/** Where secrets could be told: the command lines and environments of all processes, and the files of Ray. */
import { spawnSync } from "node:child_process";
import { expect } from "vitest";

/** The texts and what they read as in Base64, wherever in a longer text they begin. */
export function formsOf(secrets: readonly (string | undefined)[]): readonly string[] {
  return secrets
    .filter((secret) => secret !== undefined && secret.length > 8)
    .flatMap((secret = "") => [
      secret,
      ...[0, 1, 2].map((skipped) => {
        const whole = secret.slice(skipped);
        return Buffer.from(whole.slice(0, whole.length - (whole.length % 3))).toString("base64");
      }),
    ]);
}

/** @param forms of one secret at least, as {@link formsOf} returns them */
export function expectUntold(forms: readonly string[]): void {
  expect(forms.length).toBeGreaterThan(0);
  const processes = spawnSync("sh", ["-c", "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null"], {
    encoding: "latin1",
    maxBuffer: 1 << 26,
  }).stdout;
  expect(processes).toContain("raylet");
  for (const form of forms) {
    expect(processes).not.toContain(form);
    expect(findInRayFiles(form)).toBe("");
  }
}

/** The files that Ray keeps, packages, logs and events, in which a text stands; empty for none. */
export function findInRayFiles(text: string): string {
  return spawnSync("grep", ["-rlF", "--", text, "/tmp/ray/"], { encoding: "utf8" }).stdout;
}
