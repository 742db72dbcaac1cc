/** The Jupyter kernel: binds the parts together and answers every request. */
import { publishDisplayer } from "../display/displayer.ts";
import { createCellOutput } from "./cell-output.ts";
import { createCellScope } from "./cell-scope.ts";
import { createCells } from "./cells.ts";
import { readConnectionFile } from "./connection-file.ts";
import { createEngine, type Engine } from "./engine.ts";
import { createHistory } from "./history.ts";
import { describeKernel } from "./kernel-info.ts";
import { answerComplete, answerInspect, answerIsComplete } from "./language-requests.ts";
import type { Request } from "./message.ts";
import { watchParent } from "./parent-watch.ts";
import type { Prelude } from "./prelude.ts";
import { createCellRunner } from "./run-cell.ts";
import { createStandardInput } from "./standard-input.ts";
import { captureStandardStreams, openComplaints } from "./standard-streams.ts";
import { tellError } from "./tell-error.ts";
import { openWire } from "./wire.ts";

export type { Prelude };

/** Milliseconds the compiler waits for a client to come, so that its first questions are answered before. */
const patienceBeforeClient = 1_000;
/** Milliseconds it waits for a client's next question: nothing is answered while it loads. */
const patienceAfterQuestion = 150;

/**
 * Starts a kernel for the current folder and settles when it listens. The process lives until a client shuts it
 * down, its parent ends or it is signalled.
 *
 * @throws `InvalidInput` for a connection file that can not be used
 */
export async function startKernel(connectionFile: string, prelude: Prelude): Promise<void> {
  const connection = readConnectionFile(connectionFile);
  const complain = openComplaints();
  const wire = await openWire(connection, complain);
  const output = createCellOutput(wire);
  publishDisplayer((format) => output.display({ [Symbol.for("Jupyter.display")]: format }));
  const history = createHistory();
  const input = createStandardInput(wire);
  const runner = createCellRunner({ wire, output, history, getEngine });
  const cells = createCells({ wire, output, runner, input });
  let engine: Promise<Engine> | undefined;

  function getEngine(): Promise<Engine> {
    engine ??= loadEngine().catch((error: unknown) => {
      engine = undefined;
      throw error;
    });
    return engine;
  }

  async function loadEngine(): Promise<Engine> {
    const scope = createCellScope(output, cells.ask);
    const created = createEngine(process.cwd(), prelude, scope);
    created.compiler.onTslabDisplay((content, isUpdate) => {
      const { display_id } = content.transient as { display_id?: string };
      const transient = display_id === undefined ? {} : { display_id };
      output.publish(isUpdate ? "update_display_data" : "display_data", { ...content, transient });
    });
    return created;
  }

  /** Every request but `execute_request`, by what answers it. */
  const answers: Record<string, (request: Request) => Promise<void> | void> = {
    kernel_info_request: (request) => {
      wire.answer(request, "kernel_info_reply", describeKernel());
      scheduleWarmUp(patienceAfterQuestion);
    },
    complete_request: async (request) =>
      wire.answer(request, "complete_reply", answerComplete(await getEngine(), request.content)),
    inspect_request: async (request) =>
      wire.answer(request, "inspect_reply", answerInspect(await getEngine(), request.content)),
    is_complete_request: async (request) =>
      wire.answer(request, "is_complete_reply", answerIsComplete(await getEngine(), request.content)),
    history_request: (request) =>
      wire.answer(request, "history_reply", { status: "ok", history: history.find(request.content) }),
    comm_info_request: (request) => wire.answer(request, "comm_info_reply", { status: "ok", comms: {} }),
    comm_open: (request) =>
      wire.publish("comm_close", { comm_id: request.content.comm_id, data: {} }, request),
    comm_msg: () => {},
    comm_close: () => {},
    interrupt_request: (request) => {
      cells.interrupt();
      wire.answer(request, "interrupt_reply", { status: "ok" });
    },
    shutdown_request: (request) => {
      wire.answer(request, "shutdown_reply", { status: "ok", restart: request.content.restart === true });
      setTimeout(shutDown, 0);
    },
  };

  function receive(request: Request): void {
    const { msg_type } = request.header;
    if (msg_type === "execute_request") cells.submit(request);
    else if (msg_type === "input_reply") input.receive(request);
    else void handle(request);
  }

  async function handle(request: Request): Promise<void> {
    const { msg_type } = request.header;
    wire.publish("status", { execution_state: "busy" }, request);
    try {
      const answer = answers[msg_type];
      if (answer === undefined) complain(`ignored a request that is not known here: ${msg_type}`);
      else await answer(request);
    } catch (error) {
      const evalue = tellError(error);
      const failure = { status: "error", ename: "RequestFailed", evalue, traceback: [evalue] };
      if (msg_type.endsWith("_request"))
        wire.answer(request, msg_type.replace(/_request$/, "_reply"), failure);
    } finally {
      wire.publish("status", { execution_state: "idle" }, request);
      // Front ends show the state they heard last: a cell that still runs says so again.
      const running = cells.running();
      if (running !== undefined) wire.publish("status", { execution_state: "busy" }, running);
    }
  }

  let warmUp: NodeJS.Timeout | undefined;
  function scheduleWarmUp(patience: number): void {
    clearTimeout(warmUp);
    warmUp = setTimeout(() => {
      getEngine().catch((error: unknown) => complain(`the compiler does not load: ${tellError(error)}`));
    }, patience);
  }

  let isShuttingDown = false;
  async function shutDown(): Promise<void> {
    if (isShuttingDown) return;
    isShuttingDown = true;
    output.end();
    await wire.flush();
    wire.close();
    process.exit(0);
  }

  captureStandardStreams(output.write);
  process.on("SIGINT", cells.interrupt);
  process.on("SIGTERM", () => void shutDown());
  process.on("uncaughtException", (error) => output.write("stderr", `Uncaught ${tellError(error)}\n`));
  process.on("unhandledRejection", (reason) =>
    output.write("stderr", `Unhandled rejection: ${tellError(reason)}\n`),
  );
  watchParent(() => void shutDown());
  wire.publish("status", { execution_state: "starting" }, undefined);
  wire.listen(receive);
  scheduleWarmUp(patienceBeforeClient);
}
