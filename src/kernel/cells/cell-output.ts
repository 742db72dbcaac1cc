/** Everything the current cell shows, in the order it shows it. Output after its end still belongs to it. */
import { isError } from "../../errors.ts";
import { serializeContent } from "../wire/serialize.ts";
import { tellError } from "../wire/tell-error.ts";
import type { CellOrder, StreamName } from "../wire/thread-messages.ts";
import { bundleOf, checkBundle, fallbackBundle, showsItself } from "./display-value.ts";
import type { Content, Front } from "./front.ts";

export interface DisplayOptions {
  /** Names the shown entry, so that it can be updated. */
  readonly display_id?: string;
  /** Replaces what was shown under `display_id`. */
  readonly update?: boolean;
  /** The value is a MIME bundle already. */
  readonly raw?: boolean;
}

export interface CellOutput {
  /** From now on everything belongs to this request; a silent one shows nothing. */
  begin(cell: Pick<CellOrder, "parent" | "isSilent">): void;
  publish(type: string, content: Content): void;
  write(name: StreamName, chunk: string | Uint8Array): void;
  /** Shows a value. A value that can not be shown becomes a text on stderr, never an error of the cell. */
  display(value: unknown, options?: DisplayOptions): Promise<void>;
  /** True for what {@link CellOutput.display} answered: as a cell's last value it is nothing to show. */
  isDisplaying(value: unknown): boolean;
  /**
   * The bundle for a result as JSON text. What fails on the way is reported on stderr, but for an error of this package.
   *
   * @throws DlfLanceError where the value shows itself by work that fails so, such as the read of a table
   */
  renderResult(value: unknown): Promise<string>;
  /** Settles when every display begun so far is out. */
  settle(): Promise<void>;
}

/** What is begun to be displayed, and whether its place in the output is taken. */
interface BegunDisplay {
  readonly displayId: string;
  isPlaced: boolean;
}

const textOfPromise = String(Promise.resolve());

export function createCellOutput(front: Pick<Front, "publish" | "write">): CellOutput {
  let owner = "{}";
  let isSilent = false;
  let isPromiseTold = false;
  const pending = new Set<Promise<void>>();
  const displays = new WeakSet<Promise<unknown>>();
  /** In the order of their calls. */
  const begun = new Set<BegunDisplay>();

  function write(name: StreamName, chunk: string | Uint8Array): void {
    if (isSilent) return;
    takePlaces();
    front.write(name, chunk, owner);
    tellPromise(chunk);
  }

  /** Types do not object to a promise in a template: its text does. Said once in a cell. */
  function tellPromise(text: unknown): void {
    if (isPromiseTold || typeof text !== "string" || !text.includes(textOfPromise)) return;
    isPromiseTold = true;
    front.write(
      "stderr",
      `${textOfPromise} is a promise as text: put await in front to have its value\n`,
      owner,
    );
  }

  function publish(type: string, content: Content): void {
    if (!isSilent) front.publish(type, content, owner);
  }

  function complain(action: string, error: unknown): void {
    write("stderr", `Cannot ${action}: ${tellError(error)}\n`);
  }

  function publishDisplay(data: Content, options: DisplayOptions): void {
    const transient = options.display_id === undefined ? {} : { display_id: options.display_id };
    const type = options.update === true ? "update_display_data" : "display_data";
    publish(type, { data, metadata: {}, transient });
  }

  /**
   * What is shown now comes after all whose display began before, awaited or not: each of them takes its place as an empty
   * entry, which its value replaces.
   */
  function takePlaces(until?: BegunDisplay): void {
    for (const each of begun) {
      if (each === until) return;
      if (each.isPlaced) continue;
      each.isPlaced = true;
      publishDisplay({ "text/plain": "" }, { display_id: each.displayId });
    }
  }

  async function display(value: unknown, options: DisplayOptions): Promise<void> {
    tellPromise(value);
    try {
      const bundle = options.raw === true ? checkBundle(value) : bundleOf(value);
      if (bundle instanceof Promise) return await displayLater(bundle, options);
      takePlaces();
      publishDisplay(bundle, options);
    } catch (error) {
      complain("display a value", error);
    }
  }

  async function displayLater(bundle: Promise<Content>, options: DisplayOptions): Promise<void> {
    if (options.update === true) return publishDisplay(await bundle, options);
    // The global one: the module node:crypto cannot be in the kernel's startup snapshot.
    const one = { displayId: options.display_id ?? crypto.randomUUID(), isPlaced: false };
    begun.add(one);
    try {
      const data = await bundle;
      takePlaces(one);
      publishDisplay(data, one.isPlaced ? { display_id: one.displayId, update: true } : options);
    } finally {
      begun.delete(one);
    }
  }

  return {
    begin: (cell) => {
      owner = cell.parent;
      isSilent = cell.isSilent;
      isPromiseTold = false;
      // What an interrupted cell began to display may never settle.
      pending.clear();
      begun.clear();
    },
    publish,
    write,
    display: (value, options = {}) => {
      const work = display(value, options);
      displays.add(work);
      pending.add(work);
      work.finally(() => pending.delete(work));
      return work;
    },
    isDisplaying: (value) => displays.has(value as Promise<unknown>),
    renderResult: async (value) => {
      tellPromise(value);
      try {
        // A bundle without a JSON form must show here, not when the message is sent.
        return serializeContent(await bundleOf(value));
      } catch (error) {
        if (isFailedWork(value, error)) throw error;
        complain("display the result", error);
        return serializeContent(fallbackBundle(value));
      }
    },
    settle: async () => {
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}

/** To show a lazy value is to do its work: should that be refused, the cell has failed. */
function isFailedWork(value: unknown, error: unknown): boolean {
  try {
    return isError(error) && showsItself(value);
  } catch {
    return false;
  }
}
