/** Configurations that do not stand in the code: profiles in a file of the user, and `DLF_*` variables. */
import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { DlfLanceError } from "../../errors.ts";
import { loadWhenUsed } from "../../load-when-used.ts";
import { findNearest } from "../../nearest.ts";
import { z } from "../../zod.ts";
import { type CatalogConfig, parseEntries, readOptions } from "./config.ts";
import {
  type ConfigEntries,
  type ConfigEntry,
  endpointVariable,
  identityKeys,
  readVariables,
} from "./config-keys.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const profileVariable = "DLF_PROFILE";

/** Where profiles are kept: `dlf-lance/config.json` in the user's configuration folder. */
export function findProfileFile(environment: Environment): string {
  const folder = environment.XDG_CONFIG_HOME || join(environment.HOME || homedir(), ".config");
  return join(folder, "dlf-lance", "config.json");
}

/** Whether the environment names a catalog to connect to. */
export function namesCatalog(environment: Environment): boolean {
  return Boolean(environment[endpointVariable]?.trim() || environment[profileVariable]?.trim());
}

/**
 * A configuration, filled up in this order: the options, the profile they name, `DLF_*` variables, the profile that
 * `DLF_PROFILE` names. What says who sends the requests is taken whole from the first that says any of it; and from
 * where an endpoint is given, nothing further about the endpoint is taken.
 *
 * @throws InvalidInput naming every key that is wrong and why, never a value; for a file that others can read
 */
export function resolveConfig(
  options: Readonly<Record<string, unknown>>,
  environment: Environment,
): CatalogConfig {
  const problems: string[] = [];
  return parseEntries(gatherEntries(options, environment, problems), problems);
}

/** The same before it is checked: each value under the name of the place that it comes from. */
export function gatherEntries(
  options: Readonly<Record<string, unknown>>,
  environment: Environment,
  problems: string[],
): ConfigEntries {
  const { profile, ...own } = options;
  const layers = [readOptions(own, problems)];
  if (profile !== undefined) layers.push(readProfile(profile, environment, problems));
  layers.push(readVariables(environment));
  const fallback = environment[profileVariable]?.trim();
  if (profile === undefined && fallback) layers.push(readProfile(fallback, environment, problems));
  return layers.reduce(fillUp);
}

function fillUp(upper: ConfigEntries, lower: ConfigEntries): ConfigEntries {
  const hasIdentity = [...upper.keys()].some((key) => identityKeys.has(key));
  const hasEndpoint = upper.has("uri");
  const taken = [...lower].filter(
    ([key]) => !upper.has(key) && !(identityKeys.has(key) ? hasIdentity : hasEndpoint),
  );
  return new Map<string, ConfigEntry>([...upper, ...taken]);
}

const fileShape = loadWhenUsed(() =>
  z.strictObject({
    profiles: z.record(z.string(), z.record(z.string(), z.unknown())),
  }),
);

function readProfile(name: unknown, environment: Environment, problems: string[]): ConfigEntries {
  const file = findProfileFile(environment);
  const isName = typeof name === "string" && name.trim() !== "";
  const refuse = (problem: string) =>
    new DlfLanceError(
      "InvalidInput",
      `Cannot use ${isName ? `profile ${name}` : "a profile"} of ${file}: ${problem}`,
    );
  if (typeof name !== "string") throw refuse('its name must be a text; pass { profile: "name" }');
  if (!isName) throw refuse("its name is empty; pass a name, or leave it out");
  const { profiles } = parseFile(readPrivateFile(file, refuse), refuse);
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (profile === undefined) {
    const nearest = findNearest(name, Object.keys(profiles));
    const names = Object.keys(profiles);
    const known = names.length === 0 ? "add it to the file" : `the profiles are ${names.join(", ")}`;
    throw refuse(`no such profile; ${nearest === undefined ? known : `did you mean ${nearest}?`}`);
  }
  const found: string[] = [];
  const entries = readOptions(profile, found);
  problems.push(...found.map((problem) => `profile ${name}, ${problem}`));
  return new Map(
    [...entries].map(([key, entry]) => [key, { ...entry, shown: `profile ${name}, ${entry.shown}` }]),
  );
}

/** A file that holds secrets is the user's alone. */
function readPrivateFile(file: string, refuse: (problem: string) => DlfLanceError): string {
  try {
    const { mode } = statSync(file);
    if (process.platform !== "win32" && (mode & 0o077) !== 0) {
      throw refuse(`others can read or change it; chmod 600 ${file}`);
    }
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof DlfLanceError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw refuse(`no such file; write {"profiles": {"name": {…}}} to it and run chmod 600 ${file}`);
    }
    throw refuse(`it cannot be read (${code ?? "unknown reason"}); check its permissions`);
  }
}

/** What the file holds is never quoted. Some editors begin a file with a byte order mark. */
function parseFile(text: string, refuse: (problem: string) => DlfLanceError): z.output<typeof fileShape> {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    const [place = ""] = /\(line \d+ column \d+\)$/.exec((error as SyntaxError).message) ?? [];
    throw refuse(`it is not JSON${place && ` ${place}`}; write {"profiles": {"name": {…}}}`);
  }
  const parsed = fileShape.safeParse(json);
  if (parsed.success) return parsed.data;
  throw refuse('expected {"profiles": {"name": {…}}}');
}
