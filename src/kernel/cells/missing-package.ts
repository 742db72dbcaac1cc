/** The error of an import or a `require`, with the line to run where a package is missing. */
export function explainImport(specifier: string, folder: string, error: unknown): unknown {
  const { code } = (error ?? {}) as { code?: unknown };
  if (typeof specifier !== "string") return error;
  const isNpm = specifier.startsWith("npm:");
  const isMissing = code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND";
  if (!isMissing && !(isNpm && code === "ERR_UNSUPPORTED_ESM_URL_SCHEME")) return error;
  const name = packageName(isNpm ? specifier.slice("npm:".length) : specifier);
  // An import names the package, a `require` all that it was given.
  const told = String((error as Error).message);
  const isItself = isNpm || told.includes(`'${name}'`) || told.includes(`'${specifier}'`);
  if (name === undefined || !isItself) return error;
  const message = isNpm
    ? `Cannot import ${specifier}: packages have their plain names here; run "npm install ${name}" in ${folder} and import "${name}"`
    : `Cannot import ${specifier}: the package is not installed; run "npm install ${name}" in ${folder}`;
  return Object.assign(new Error(message, { cause: error }), {
    code: isMissing ? code : "ERR_MODULE_NOT_FOUND",
  });
}

/** With its scope, without a version or a path inside it; undefined for what names no package. */
function packageName(specifier: string): string | undefined {
  return /^(?:@[\w.-]+\/)?[\w-][\w.-]*/.exec(specifier)?.[0];
}
