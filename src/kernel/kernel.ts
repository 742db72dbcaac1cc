/** The Jupyter kernel: binds the parts together and answers every request. */
import { publishDisplayer } from "../display/displayer.ts";
import { createCellOutput } from "./cell-output.ts";
import { createCellScope } from "./cell-scope.ts";
import { createCells } from "./cells.ts";
import { createComms } from "./comms.ts";
import type { CompilerProcess } from "./compiler-process.ts";
import { readConnectionFile } from "./connection-file.ts";
import { createEngine } from "./engine.ts";
import { describeThrown } from "./failure.ts";
import { createHistory } from "./history.ts";
import { createInterrupts } from "./interrupts.ts";
import { describeKernel } from "./kernel-info.ts";
import { answerComplete, answerInspect, answerIsComplete } from "./language-requests.ts";
import { answerLinkedOutputs } from "./linked-outputs.ts";
import type { Request } from "./message.ts";
import type { Prelude } from "./prelude.ts";
import { createCellRunner } from "./run-cell.ts";
import { createSharedState } from "./shared-state.ts";
import { createStandardInput } from "./standard-input.ts";
import { captureStandardStreams, openComplaints } from "./standard-streams.ts";
import { createStrayErrors } from "./stray-errors.ts";
import { tellError } from "./tell-error.ts";
import { openWire } from "./wire.ts";

/**
 * Starts a kernel for the current folder and settles when it listens. The process lives until a client shuts it
 * down, its parent ends or it is signalled.
 *
 * @throws `InvalidInput` for a connection file that can not be used
 */
export async function startKernel(
  connectionFile: string,
  prelude: Prelude,
  compiler: CompilerProcess,
): Promise<void> {
  const connection = readConnectionFile(connectionFile);
  const complain = openComplaints();
  const shared = createSharedState();
  const interrupts = createInterrupts(shared);
  const wire = openWire(connection, shared, describeKernel(), {
    request: receive,
    interrupt: interrupts.interrupt,
    shutdown: () => void shutDown(),
    complain,
  });
  const output = createCellOutput(wire);
  publishDisplayer((format) => output.display({ [Symbol.for("Jupyter.display")]: format }));
  const history = createHistory();
  const input = createStandardInput(wire);
  const comms = createComms(wire);
  answerLinkedOutputs(connectionFile);
  const engine = createEngine({
    folder: process.cwd(),
    prelude,
    compiler,
    values: createCellScope(output, (prompt, isPassword) => cells.ask(prompt, isPassword)),
    showForTslab: (content, isUpdate) => {
      const { display_id } = content.transient as { display_id?: string };
      const transient = display_id === undefined ? {} : { display_id };
      output.publish(isUpdate ? "update_display_data" : "display_data", { ...content, transient });
    },
  });
  const describe = (error: unknown) => describeThrown(error, engine.cells);
  const strayErrors = createStrayErrors({ wire, output, interrupts, describe });
  const runner = createCellRunner({ output, history, engine });
  const cells = createCells({ wire, output, runner, input, interrupts, strayErrors });

  /** Every request but `execute_request`, by what answers it. */
  const answers: Record<string, (request: Request) => Promise<void> | void> = {
    complete_request: async (request) =>
      wire.answer(request, "complete_reply", await answerComplete(engine, request.content)),
    inspect_request: async (request) =>
      wire.answer(request, "inspect_reply", await answerInspect(engine, request.content)),
    is_complete_request: async (request) =>
      wire.answer(request, "is_complete_reply", await answerIsComplete(engine, request.content)),
    history_request: (request) =>
      wire.answer(request, "history_reply", { status: "ok", history: history.find(request.content) }),
    comm_info_request: (request) => wire.answer(request, "comm_info_reply", comms.info(request.content)),
    comm_open: comms.open,
    comm_msg: comms.message,
    comm_close: comms.close,
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
      if (answer !== undefined) await answer(request);
      else if (msg_type.endsWith("_request")) throw new Error("this kernel does not know such a request");
      else complain(`ignored a message that is not known here: ${msg_type}`);
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

  let isShuttingDown = false;
  async function shutDown(): Promise<void> {
    if (isShuttingDown) return;
    isShuttingDown = true;
    output.end();
    await wire.close();
    process.exit(0);
  }

  captureStandardStreams(output.write);
  strayErrors.hear();
  process.on("SIGINT", interrupts.hearSignal);
  process.on("SIGTERM", () => void shutDown());
  await wire.listening;
}
