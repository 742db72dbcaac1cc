/** A JupyterLab server of our own on a free port of this machine, with its own settings and runtime folders. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface JupyterServer {
  /** A page of the server, signed in. */
  page(place: string): string;
  /** Ends the server and its kernels. */
  close(): Promise<void>;
}

export interface JupyterServerOptions {
  /** A Python with JupyterLab. */
  readonly python: string;
  /** The folder whose notebooks are served. */
  readonly folder: string;
  /** The module that is started; JupyterLab when it is not given. */
  readonly application?: "jupyterlab" | "notebook";
  /** A folder for the server's own files and its log, `jupyter.log`. */
  readonly state: string;
  /** Environment variables for the server and its kernels, beside this process's own. */
  readonly environment: Readonly<Record<string, string>>;
}

const longestStart = 90_000;
const longestStop = 10_000;

/** Every cell is drawn, also those out of sight; completions come with documentation; nothing asks or fetches news. */
const settings = {
  "completer-extension/manager": { showDocumentationPanel: true },
  "notebook-extension/tracker": { windowingMode: "none" },
  "apputils-extension/notification": { fetchNews: "false", checkForUpdates: false },
};

export async function startJupyterServer(options: JupyterServerOptions): Promise<JupyterServer> {
  const settingsFolder = path.join(options.state, "settings");
  const runtimeFolder = path.join(options.state, "runtime");
  await writeSettings(settingsFolder);
  await rm(runtimeFolder, { recursive: true, force: true });
  const token = randomBytes(16).toString("hex");
  const log = await open(path.join(options.state, "jupyter.log"), "w");
  const server = spawn(
    options.python,
    [
      ...[
        "-m",
        options.application ?? "jupyterlab",
        "--no-browser",
        "--expose-app-in-browser",
        "--allow-root",
      ],
      ...["--ServerApp.ip=127.0.0.1", "--ServerApp.port=0", `--ServerApp.root_dir=${options.folder}`],
      `--LabApp.user_settings_dir=${settingsFolder}`,
      `--LabApp.workspaces_dir=${path.join(options.state, "workspaces")}`,
    ],
    {
      stdio: ["ignore", log.fd, log.fd],
      env: {
        ...process.env,
        ...options.environment,
        JUPYTER_TOKEN: token,
        JUPYTER_CONFIG_DIR: path.join(options.state, "configuration"),
        JUPYTER_DATA_DIR: path.join(options.state, "data"),
        JUPYTER_RUNTIME_DIR: runtimeFolder,
      },
    },
  );
  const ended = new Promise<void>((resolve) => server.once("close", () => resolve()));
  await log.close();
  try {
    const url = await waitForServer(server, runtimeFolder, token);
    return {
      page: (place) => `${url}${place}?token=${token}`,
      close: () => stop(server, `${url}api/shutdown?token=${token}`, ended),
    };
  } catch (error) {
    server.kill("SIGKILL");
    throw error;
  }
}

async function writeSettings(folder: string): Promise<void> {
  for (const [name, values] of Object.entries(settings)) {
    const file = path.join(folder, "@jupyterlab", `${name}.jupyterlab-settings`);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify(values));
  }
}

/** Resolves with the server's address once it answers. */
async function waitForServer(server: ChildProcess, runtimeFolder: string, token: string): Promise<string> {
  const deadline = Date.now() + longestStart;
  while (Date.now() < deadline) {
    if (server.exitCode !== null) throw new Error("JupyterLab ended at once; see jupyter.log");
    const url = await readAddress(runtimeFolder);
    if (url !== undefined && (await answers(`${url}api/status?token=${token}`))) return url;
    await sleep(100);
  }
  throw new Error(`JupyterLab did not answer within ${longestStart / 1000} s; see jupyter.log`);
}

async function readAddress(runtimeFolder: string): Promise<string | undefined> {
  const names = await readdir(runtimeFolder).catch(() => []);
  const name = names.find((candidate) => /^jpserver-\d+\.json$/.test(candidate));
  if (name === undefined) return undefined;
  try {
    return (JSON.parse(await readFile(path.join(runtimeFolder, name), "utf8")) as { url: string }).url;
  } catch {
    return undefined; // still being written
  }
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    (answer) => answer.ok,
    () => false,
  );
}

/** Asks the server to stop, because then it ends its kernels too: a signal would leave them running. */
async function stop(server: ChildProcess, shutdownUrl: string, ended: Promise<void>): Promise<void> {
  await fetch(shutdownUrl, { method: "POST" }).catch(() => undefined);
  const patience = setTimeout(() => server.kill("SIGKILL"), longestStop);
  await ended;
  clearTimeout(patience);
}
