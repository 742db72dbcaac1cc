/**
 * What is done inside JupyterLab's page. Each function is sent there as text, so it may use nothing but its
 * argument and the page's own `jupyterapp`, which `--expose-app-in-browser` makes global.
 */

export interface LabOutput {
  /** The Jupyter output type: `stream`, `execute_result`, `display_data` or `error`. */
  readonly type: string;
  /** The MIME types it carries. */
  readonly offered: readonly string[];
  /** The MIME type JupyterLab draws. */
  readonly drawn: string | undefined;
  /** Pixels. */
  readonly height: number;
}

export interface LabCell {
  readonly kind: "code" | "markdown" | "raw";
  /** The cell's number after its run; null when it did not run. */
  readonly count: number | null;
  readonly outputs: readonly LabOutput[];
  /** The visible text below the cell. */
  readonly text: string;
  /** The HTML below the cell. */
  readonly html: string;
}

/** True once the notebook's file is loaded. */
export function isNotebookReady(): boolean {
  const lab = (globalThis as unknown as LabWindow).jupyterapp;
  return lab?.shell.currentWidget?.context?.isReady === true;
}

export async function showNotebookAlone(): Promise<void> {
  const { shell } = (globalThis as unknown as LabWindow).jupyterapp;
  await shell.currentWidget?.revealed;
  shell.collapseLeft();
}

export function kernelStatus(): string | undefined {
  const { shell } = (globalThis as unknown as LabWindow).jupyterapp;
  return shell.currentWidget?.sessionContext.session?.kernel?.status;
}

/** Starts all cells; {@link hasRunAll} tells when they are done. */
export function startAllCells(): void {
  const page = globalThis as unknown as LabWindow;
  page.dlfLanceRunEnded = false;
  const end = () => {
    page.dlfLanceRunEnded = true;
  };
  page.jupyterapp.commands.execute("notebook:run-all-cells").then(end, end);
}

export function hasRunAll(): boolean {
  return (globalThis as unknown as LabWindow).dlfLanceRunEnded === true;
}

export async function saveNotebook(): Promise<void> {
  await (globalThis as unknown as LabWindow).jupyterapp.commands.execute("docmanager:save");
}

/** Numbers the cells in the page (`data-cell`), and reads what each shows. */
export function readCells(): LabCell[] {
  const notebook = (globalThis as unknown as LabWindow).jupyterapp.shell.currentWidget?.content;
  if (notebook === undefined) throw new Error("the notebook is not open any more");
  return notebook.widgets.map(({ model, node }, number) => {
    node.setAttribute("data-cell", String(number));
    const area = node.querySelector(".jp-Cell-outputArea");
    const drawings = [...(area?.querySelectorAll(".jp-OutputArea-output") ?? [])];
    const outputs = Array.from({ length: model.outputs?.length ?? 0 }, (_, index) => {
      const output = model.outputs?.get(index);
      const data = output?.data ?? {};
      return {
        type: output?.type ?? "",
        offered: Object.keys(data),
        drawn: notebook.rendermime.preferredMimeType(data, output?.trusted ? "any" : "ensure"),
        height: Math.round(drawings[index]?.getBoundingClientRect().height ?? 0),
      };
    });
    return {
      kind: model.type,
      count: model.executionCount ?? null,
      outputs,
      // biome-ignore lint/performance/useDomNodeTextContent: what a reader sees, not what the page holds
      text: area?.innerText ?? "",
      html: area?.innerHTML ?? "",
    };
  });
}

/** Hides all cells but those with these numbers, and the parts of the page around the notebook. */
export function showCellsAlone(numbers: readonly number[]): void {
  const document = (globalThis as unknown as { document: PageElement }).document;
  for (const cell of document.querySelectorAll("[data-cell]")) {
    const isShown = numbers.includes(Number(cell.getAttribute("data-cell")));
    cell.setAttribute("style", isShown ? "" : "display: none");
  }
}

/** Switches to a theme such as `JupyterLab Dark`. */
export async function changeTheme(theme: string): Promise<void> {
  const { commands } = (globalThis as unknown as LabWindow).jupyterapp;
  await commands.execute("apputils:change-theme", { theme });
}

interface LabWindow {
  readonly jupyterapp: {
    readonly commands: { execute(command: string, options?: object): Promise<unknown> };
    readonly shell: { readonly currentWidget?: LabNotebook; collapseLeft(): void };
  };
  dlfLanceRunEnded?: boolean;
}

interface LabNotebook {
  readonly context?: { readonly isReady: boolean };
  readonly revealed: Promise<void>;
  readonly sessionContext: { readonly session?: { readonly kernel?: { readonly status: string } } };
  readonly content: {
    readonly rendermime: { preferredMimeType(data: object, safe: "any" | "ensure"): string | undefined };
    readonly widgets: readonly { readonly node: PageElement; readonly model: LabCellModel }[];
  };
}

interface LabCellModel {
  readonly type: LabCell["kind"];
  readonly executionCount?: number | null;
  readonly outputs?: {
    readonly length: number;
    get(index: number): { readonly type: string; readonly data?: object; readonly trusted: boolean };
  };
}

interface PageElement {
  readonly innerHTML: string;
  readonly innerText: string;
  getBoundingClientRect(): { readonly height: number };
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
}
