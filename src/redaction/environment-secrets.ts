/** The secrets that a process is started with. */

/** The variables that this package reads as secret, or sets for child processes, and those of neighbouring tools. */
const secretVariables = [
  "DLF_ACCESS_KEY_SECRET",
  "DLF_SECURITY_TOKEN",
  "DLF_TOKEN",
  "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
  "ALIBABA_CLOUD_SECURITY_TOKEN",
  "OSS_ACCESS_KEY_SECRET",
  "OSS_SECURITY_TOKEN",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
] as const;

/** What the environment holds under the names of secrets, without the white space around it. */
export function environmentSecrets(
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  return secretVariables
    .map((name) => environment[name]?.trim())
    .filter((text) => text !== undefined)
    .filter((text) => text !== "");
}
