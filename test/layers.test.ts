import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../src");

/** Folder (or top-level file) to what it may import, besides itself. High first; nothing points upward. */
const mayImport: Record<string, readonly string[]> = {
  "run-kernel.ts": ["notebook-prelude.ts", "kernel"],
  "notebook-prelude.ts": ["kernel", "package-folder.ts"],
  "run-tslab.ts": ["kernel"],
  cli: [
    "daft",
    "doctor",
    "connect.ts",
    "connection.ts",
    "notebook-prelude.ts",
    "declarations",
    "kernel",
    "local",
    "errors.ts",
    "package-folder.ts",
  ],
  doctor: [
    "connect.ts",
    "connection.ts",
    "daft",
    "kernel",
    "gateway",
    "local",
    "catalog",
    "redaction",
    "errors.ts",
  ],
  "types.ts": [
    "jobs",
    "connect.ts",
    "connection.ts",
    "daft",
    "lake",
    "frame",
    "table",
    "catalog",
    "chart",
    "display",
    "notebook",
  ],
  "index.ts": [
    "types.ts",
    "jobs",
    "connect.ts",
    "connection.ts",
    "daft",
    "lake",
    "frame",
    "table",
    "catalog",
    "chart",
    "display",
    "errors.ts",
    "node-version.ts",
    "notebook",
    "secret.ts",
  ],
  "connect.ts": [
    "connection.ts",
    "daft",
    "lake",
    "frame",
    "table",
    "local",
    "catalog",
    "display",
    "check-options.ts",
    "errors.ts",
    "progress.ts",
    "table-directory.ts",
  ],
  "connection.ts": [
    "jobs",
    "declarations",
    "demo",
    "daft",
    "lake",
    "frame",
    "table",
    "local",
    "catalog",
    "display",
    "check-options.ts",
    "errors.ts",
    "table-directory.ts",
  ],
  lake: [
    "jobs",
    "daft",
    "gateway",
    "frame",
    "table",
    "bridge",
    "catalog",
    "arrow.ts",
    "check-options.ts",
    "errors.ts",
    "interrupt.ts",
    "nearest.ts",
    "progress.ts",
    "random.ts",
    "secret.ts",
    "table-directory.ts",
    "display",
  ],
  declarations: ["display", "arrow.ts"],
  notebook: ["display", "check-options.ts", "errors.ts", "interrupt.ts", "secret.ts"],
  demo: ["table", "arrow.ts", "random.ts"],
  frame: [
    "jobs",
    "daft",
    "table",
    "chart",
    "display",
    "arrow.ts",
    "check-options.ts",
    "errors.ts",
    "expression-brand.ts",
    "interrupt.ts",
    "live-output.ts",
    "names-elsewhere.ts",
    "list-words.ts",
    "nearest.ts",
    "progress.ts",
    "redaction",
    "secret.ts",
  ],
  jobs: ["catalog", "daft", "display", "errors.ts", "interrupt.ts", "progress.ts", "secret.ts"],
  daft: [
    "catalog",
    "display",
    "arrow.ts",
    "check-options.ts",
    "errors.ts",
    "interrupt.ts",
    "package-folder.ts",
    "progress.ts",
    "secret.ts",
  ],
  table: [
    "bridge",
    "catalog",
    "display",
    "arrow.ts",
    "errors.ts",
    "flechette.ts",
    "interrupt.ts",
    "nearest.ts",
    "progress.ts",
    "redaction",
    "secret.ts",
    "state-folder.ts",
  ],
  chart: ["display", "arrow.ts", "errors.ts", "redaction"],
  kernel: [
    "declarations",
    "display",
    "errors.ts",
    "interrupt.ts",
    "live-output.ts",
    "list-words.ts",
    "names-elsewhere.ts",
    "nearest.ts",
    "package-folder.ts",
    "progress.ts",
    "redaction",
    "secret.ts",
    "state-folder.ts",
    "table-directory.ts",
  ],
  local: ["catalog", "check-options.ts", "errors.ts", "package-folder.ts", "secret.ts"],
  gateway: ["catalog", "errors.ts", "loopback.ts", "secret.ts"],
  bridge: ["deadline.ts", "errors.ts", "loopback.ts", "secret.ts"],
  catalog: [
    "check-options.ts",
    "deadline.ts",
    "interrupt.ts",
    "errors.ts",
    "nearest.ts",
    "redaction",
    "secret.ts",
  ],
  display: [
    "arrow.ts",
    "check-options.ts",
    "errors.ts",
    "flechette.ts",
    "live-output.ts",
    "progress.ts",
    "redaction",
    "shared-value.ts",
  ],
  "arrow.ts": ["code-cache.ts", "package-folder.ts"],
  "code-cache.ts": [],
  "flechette.ts": [],
  "load-when-used.ts": [],
  "zod.ts": ["load-when-used.ts", "package-folder.ts", "zod-library.ts"],
  "zod-library.ts": [],
  "interrupt.ts": ["errors.ts", "shared-value.ts"],
  "live-output.ts": ["errors.ts", "shared-value.ts"],
  "progress.ts": ["shared-value.ts"],
  "deadline.ts": [],
  "errors.ts": ["redaction"],
  "loopback.ts": [],
  "check-options.ts": ["errors.ts", "expression-brand.ts", "list-words.ts", "nearest.ts"],
  "expression-brand.ts": [],
  "list-words.ts": [],
  "names-elsewhere.ts": [],
  "nearest.ts": [],
  "node-version.ts": [],
  "package-folder.ts": [],
  "random.ts": [],
  "state-folder.ts": [],
  "shared-value.ts": [],
  "table-directory.ts": ["arrow.ts", "shared-value.ts"],
  "secret.ts": ["errors.ts", "redaction"],
  redaction: [],
};

/** The rooms of frame/, as above. An engine is a leaf: it sees none of the others. */
const frameRooms: Record<string, readonly string[]> = {
  "from-rows.ts": ["frame.ts", "builder"],
  "read-file.ts": ["frame.ts", "files", "builder"],
  "frame.ts": [
    "engines",
    "plot",
    "profile",
    "files",
    "run",
    "display",
    "builder",
    "rows",
    "plan",
    "expression",
    "source.ts",
  ],
  "condition-sql.ts": ["engines/lance", "builder", "plan", "functions", "types", "expression"],
  plot: ["run", "plan", "expression"],
  profile: ["run", "rows", "plan", "functions", "types", "expression"],
  files: ["run", "engines/duckdb", "builder", "rows", "plan", "functions", "types", "source.ts"],
  run: [
    "check",
    "optimize",
    "engines",
    "engines/lance",
    "display",
    "builder",
    "rows",
    "plan",
    "types",
    "expression",
    "source.ts",
  ],
  check: ["plan", "functions", "types", "expression"],
  optimize: ["plan", "expression"],
  engines: [
    "engines/aggregate",
    "engines/daft",
    "engines/duckdb",
    "engines/stream",
    "rows",
    "plan",
    "expression",
  ],
  "engines/aggregate": ["engines/engine.ts", "functions", "rows", "plan", "expression"],
  "engines/daft": ["engines/engine.ts", "engines/refusal.ts", "functions", "plan", "types", "expression"],
  "engines/duckdb": [
    "engines/engine.ts",
    "engines/refusal.ts",
    "functions",
    "rows",
    "plan",
    "types",
    "expression",
  ],
  "engines/lance": ["rows", "plan", "functions", "types", "expression"],
  "engines/stream": ["engines/engine.ts", "rows", "plan", "expression"],
  display: [],
  builder: ["rows", "plan", "functions", "types", "expression"],
  rows: ["plan"],
  plan: ["functions", "types", "expression"],
  functions: ["types", "expression"],
  types: ["expression"],
  expression: [],
  "source.ts": [],
};

/** Outside library to the one file that imports it. Node's own modules may be imported anywhere. */
const libraryDoors: Record<string, string> = {
  "apache-arrow": "arrow.ts",
  "@lancedb/lancedb": "table/native/lance.ts",
  "@duckdb/node-api": "frame/engines/duckdb/duckdb.ts",
  re2js: "frame/functions/pattern.ts",
  "@duckdb/node-bindings": "frame/engines/duckdb/duckdb.ts",
  undici: "catalog/transport/dispatcher.ts",
  "@alicloud/credentials": "catalog/identity/machine-keys.ts",
  commander: "cli/commander.ts",
  "fast-xml-parser": "local/protocol/xml.ts",
  zeromq: "kernel/wire/sockets.ts",
  esbuild: "kernel/source/emit.ts",
  "eslint-scope": "kernel/source/bind.ts",
  "magic-string": "kernel/source/bind.ts",
  "@jridgewell/trace-mapping": "kernel/cells/stack-traces.ts",
  "vega-lite": "chart/compile-spec.ts",
  vega: "chart/draw-svg.ts",
  "@resvg/resvg-js": "chart/draw-png.ts",
  "dejavu-fonts-ttf": "chart/draw-png.ts",
  tslab: "kernel/tslab.ts",
  typescript: "kernel/language/language-server.ts",
  "oxc-parser": "kernel/source/parse.ts",
  "@uwdata/flechette": "flechette.ts",
  zod: "zod-library.ts",
};

/** What anybody may import: these import nothing above them. */
const foundations: readonly string[] = ["load-when-used.ts", "zod.ts"];

const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
const importPattern =
  /(?:^|[\s;])(?:import|export)\b[^"';]*?from\s*"([^"]+)"|\bimport\(\s*"([^"]+)"|^import "([^"]+)"/gm;
const libraryPattern =
  /(?:from\s*|import\(\s*|\(import\.meta\.url\)\(\s*|require(?:\.resolve)?\(\s*)"([^"./][^"]*)"/g;

function importsOf(file: string): string[] {
  const source = readFileSync(join(root, file), "utf8");
  return [...source.matchAll(importPattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}

function groupOf(path: string): string {
  return path.split("/")[0] ?? path;
}

test("every folder and top-level file has a place in the order", () => {
  expect([...new Set(files.map(groupOf))].sort()).toEqual(Object.keys(mayImport).sort());
});

test.each(files)("%s imports only what lies below it", (file) => {
  const allowed = new Set([groupOf(file), ...(mayImport[groupOf(file)] ?? [])]);
  if (!foundations.includes(file)) for (const foundation of foundations) allowed.add(foundation);
  const targets = importsOf(file)
    .filter((target) => target.startsWith("."))
    .map((target) => groupOf(relative(root, resolve(root, dirname(file), target))));
  expect(targets.filter((target) => !allowed.has(target))).toEqual([]);
});

function roomOf(path: string): string {
  const [first = "", second = ""] = path.split("/").slice(1);
  return first === "engines" && !second.endsWith(".ts") ? `${first}/${second}` : first;
}

/** The rooms of kernel/. The two threads, `front` and `cells`, know each other by the messages in `wire` alone. */
const kernelRooms: Record<string, readonly string[]> = {
  "kernel.ts": ["cells", "wire", "memory-limit.ts"],
  cells: ["wire", "source", "tslab.ts"],
  front: ["language", "wire", "source"],
  install: ["memory-limit.ts"],
  "memory-limit.ts": [],
  language: ["source"],
  wire: ["source"],
  source: [],
  "tslab.ts": [],
};

/** The rooms of display/: from what a value reads as, over cells and grids, to tables and cards. */
const displayRooms: Record<string, readonly string[]> = {
  "show.ts": ["mime.ts", "table", "displayer.ts", "bundle.ts"],
  "mime.ts": ["card", "table", "arrow", "cell", "picture", "text", "object-drawer.ts", "bundle.ts"],
  progress: ["grid", "html", "text", "bundle.ts"],
  card: ["table", "grid", "arrow", "cell", "html", "text", "bundle.ts"],
  table: ["grid", "arrow", "cell", "html", "text", "bundle.ts"],
  grid: ["cell", "html", "text", "bundle.ts"],
  arrow: ["cell", "text"],
  cell: ["picture", "html", "text"],
  picture: ["html", "text", "bundle.ts"],
  html: [],
  text: [],
  "displayer.ts": ["bundle.ts"],
  "object-drawer.ts": ["bundle.ts"],
  "bundle.ts": [],
};

/** The rooms of table/: Arrow of any maker, columns built of values, data checked on their way in, and the native library. */
const tableRooms: Record<string, readonly string[]> = {
  description: ["native"],
  ingest: ["columns", "arrow"],
  native: ["arrow"],
  columns: ["arrow"],
  arrow: [],
};

/** The rooms of lake/: where tables are stored, how a commit is made once, what is read, changed and written with it. */
const lakeRooms: Record<string, readonly string[]> = {
  "lake-table.ts": ["write", "edit", "read", "commit", "storage", "option-names.ts", "table-lookup.ts"],
  "table-lookup.ts": ["jobs", "write", "read", "catalog", "storage"],
  "option-names.ts": ["write", "edit", "read"],
  jobs: ["write", "commit", "storage"],
  write: ["edit", "commit", "storage"],
  read: ["edit", "commit", "storage"],
  edit: ["commit", "storage"],
  commit: ["storage"],
  catalog: ["storage"],
  files: [],
  storage: [],
};

/** The rooms of catalog/: the protocol, who asks, what is configured, requests, operations, and what is remembered of them. */
const catalogRooms: Record<string, readonly string[]> = {
  "catalog-methods.ts": ["client.ts", "operations", "protocol"],
  "client.ts": ["cache", "operations", "transport", "configuration", "protocol"],
  cache: ["operations", "protocol"],
  operations: ["transport", "configuration", "protocol"],
  transport: ["configuration", "identity", "protocol"],
  configuration: ["identity", "protocol"],
  identity: ["protocol"],
  protocol: [],
};

/** The rooms of local/: a lake, of a catalog and an OSS over one object store. The two servers share no code but `identity`. */
const localRooms: Record<string, readonly string[]> = {
  "start.ts": ["lake"],
  "worker.ts": ["lake"],
  "serve-local.ts": ["lake"],
  "grant-access.ts": ["lake", "identity"],
  lake: ["oss", "catalog", "faults", "object-store", "identity", "protocol", "log.ts"],
  oss: ["object-store", "identity", "protocol", "log.ts", "sqlite.ts"],
  catalog: ["object-store", "identity", "protocol", "log.ts", "sqlite.ts"],
  faults: ["identity"],
  "object-store": ["protocol", "sqlite.ts"],
  identity: ["protocol", "sqlite.ts"],
  protocol: [],
  "log.ts": [],
  "sqlite.ts": [],
};

const rooms = {
  frame: frameRooms,
  kernel: kernelRooms,
  display: displayRooms,
  table: tableRooms,
  catalog: catalogRooms,
  lake: lakeRooms,
  local: localRooms,
} as const;

describe.each(Object.entries(rooms))("in %s/", (folder, order) => {
  const inside = files.filter((file) => file.startsWith(`${folder}/`));

  test("every room has a place in the order", () => {
    expect([...new Set(inside.map(roomOf))].sort()).toEqual(Object.keys(order).sort());
  });

  test.each(inside)("%s imports only rooms that lie below its own", (file) => {
    const room = roomOf(file);
    const allowed = order[room] ?? [];
    const targets = importsOf(file)
      .filter((target) => target.startsWith("."))
      .map((target) => relative(root, resolve(root, dirname(file), target)))
      .filter((target) => target.startsWith(`${folder}/`) && roomOf(target) !== room);
    const isAllowed = (target: string): boolean =>
      allowed.includes(roomOf(target)) || allowed.includes(target.slice(folder.length + 1));
    expect(targets.filter((target) => !isAllowed(target))).toEqual([]);
  });
});

test("no two files import each other, however far around", () => {
  const graph = new Map(
    files.map((file) => [
      file,
      importsOf(file)
        .filter((target) => target.startsWith("."))
        .map((target) => relative(root, resolve(root, dirname(file), target)))
        // Interfaces of a class's methods name the class that these give: types alone, which never run.
        .filter(
          (target) => !(file.startsWith("frame/builder/methods/") && target === "frame/builder/expr.ts"),
        ),
    ]),
  );
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]): void => {
    if (trail.includes(file))
      throw new Error(`cycle: ${[...trail.slice(trail.indexOf(file)), file].join(" → ")}`);
    if (done.has(file)) return;
    for (const target of graph.get(file) ?? []) visit(target, [...trail, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  expect(done.size).toBe(files.length);
});

test("each outside library is imported by one file", () => {
  for (const file of files) {
    const source = readFileSync(join(root, file), "utf8");
    for (const match of source.matchAll(libraryPattern)) {
      const library = Object.keys(libraryDoors).find(
        (name) => match[1] === name || match[1]?.startsWith(`${name}/`),
      );
      if (library !== undefined && !/^\s*(import|export) type/m.test(lineOf(source, match.index))) {
        expect(`${library} in ${file}`).toBe(`${library} in ${libraryDoors[library]}`);
      }
    }
  }
});

function lineOf(source: string, index: number): string {
  return source.slice(source.lastIndexOf("\n", index) + 1, source.indexOf("\n", index));
}
