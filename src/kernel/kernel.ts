/** The Jupyter kernel: its main thread, which runs cells; `front/` is the other one. */
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { publishDisplayer } from "../display/displayer.ts";
import { meetEnvironmentSecrets } from "../redaction/environment-secrets.ts";
import { createBoxes } from "./cells/boxes.ts";
import { createBuiltIns, protectMethods } from "./cells/built-ins.ts";
import { createCellModules } from "./cells/cell-modules.ts";
import { createCellOutput } from "./cells/cell-output.ts";
import { createCellScope, readParameters } from "./cells/cell-scope.ts";
import { showChildOutput } from "./cells/child-output.ts";
import { createComms } from "./cells/comms.ts";
import { captureDescriptors, refuseStandardInput } from "./cells/descriptors.ts";
import { openFront } from "./cells/front.ts";
import { createInput } from "./cells/input.ts";
import { createInterrupts } from "./cells/interrupts.ts";
import { keepEnvironment } from "./cells/keep-environment.ts";
import { createKnownTables, nameChangedTables } from "./cells/known-tables.ts";
import { answerLinkedOutputs } from "./cells/linked-outputs.ts";
import { listLiveMembers } from "./cells/live-members.ts";
import type { Prelude } from "./cells/prelude.ts";
import { closeBeforeExit } from "./cells/process-exit.ts";
import { createCellRunner } from "./cells/run-cell.ts";
import { hideExperimentalWarnings } from "./cells/runtime-warnings.ts";
import { hearInterrupts } from "./cells/signals.ts";
import { createStackTraces } from "./cells/stack-traces.ts";
import { captureStandardStreams } from "./cells/standard-streams.ts";
import { createStrayErrors } from "./cells/stray-errors.ts";
import { createVariables } from "./cells/variables.ts";
import { readMemoryLimit } from "./memory-limit.ts";
import { serializeContent } from "./wire/serialize.ts";
import { createSharedState, sharedSlots } from "./wire/shared-state.ts";
import { tellError } from "./wire/tell-error.ts";
import type { CommMessage, ToMain, VariableQuestion } from "./wire/thread-messages.ts";

/**
 * Starts a kernel for the current folder and settles when it listens. The process lives until a client shuts it
 * down, its parent ends or it is signalled; for a connection file that cannot be used it says so, and ends.
 *
 * @param options what follows the connection file among the program's arguments
 */
export async function startKernel(
  connectionFile: string,
  prelude: Prelude,
  options: readonly string[] = [],
): Promise<void> {
  meetEnvironmentSecrets();
  keepEnvironment();
  const folder = process.cwd();
  const shared = createSharedState();
  const { load, ...declared } = prelude;
  const memoryLimit = readMemoryLimit(options, getHeapStatistics().heap_size_limit);
  const builtIns = createBuiltIns(shared);
  const opened = openFront(
    { connectionFile, folder, memoryLimit, prelude: declared },
    shared,
    builtIns,
    hear,
  );
  const front = protectMethods(opened, builtIns);
  const output = protectMethods(createCellOutput(front), builtIns);
  const interrupts = createInterrupts(shared, builtIns);
  const comms = createComms(front, () => (interrupts.owner() ?? interrupts.running())?.order.parent ?? "{}");
  const input = createInput(front, interrupts);
  const boxes = createBoxes();
  const stackTraces = createStackTraces(folder, builtIns);
  const given = readParameters();
  const modules = createCellModules({
    folder,
    prelude: {
      ...prelude,
      load: async () => {
        Atomics.store(shared, sharedSlots.loading, 1);
        try {
          return await load();
        } finally {
          Atomics.store(shared, sharedSlots.loading, 0);
        }
      },
    },
    boxes,
    showForTslab: (content, isUpdate) => {
      const { display_id } = content.transient as { display_id?: string };
      const transient = display_id === undefined ? {} : { display_id };
      output.publish(isUpdate ? "update_display_data" : "display_data", { ...content, transient });
    },
    onCode: stackTraces.addModule,
  });
  for (const [name, value] of Object.entries(
    createCellScope(output, input.ask, given.parameters, comms.openFromCell),
  ))
    boxes.set(name, value);
  const strayErrors = createStrayErrors({ front, output, interrupts, describe: stackTraces.describe });
  const variables = createVariables(boxes);
  // The front thread knows what is to stop: a cell may still be on its way here. SIGTERM is not heard: it ends the
  // process, whatever this thread does.
  const hearSignals = hearInterrupts(
    () => front.tell({ kind: "interrupt" }),
    () => runner.interrupt((interrupts.owner() ?? interrupts.running())?.order.run ?? 0),
  );
  const knownTables = createKnownTables((names) => front.tell({ kind: "table-names", names }));
  const runner = createCellRunner({
    boxes,
    builtIns,
    modules,
    output,
    interrupts,
    stackTraces,
    strayErrors,
    variables,
    hearSignals,
    refusal: given.refusal,
    explainFailure: (error, failure) => nameChangedTables(error, failure, knownTables.findChanged),
    tellEnd: front.tellEnd,
  });
  let isShuttingDown = false;

  function hear(message: Exclude<ToMain, { kind: "listening" | "failed" }>): void {
    switch (message.kind) {
      case "run":
        keepLoopsStoppable();
        runner.run(message.order);
        break;
      case "define":
        modules.define(`${message.name}.${message.language}`, message.code);
        break;
      case "prelude":
        modules.loadPrelude();
        break;
      case "interrupt":
        runner.interrupt(message.run);
        break;
      case "tables":
        void knownTables
          .declare(message.tables, message.purpose)
          .then((declarations) => front.tell({ kind: "tables", declarations, question: message.question }));
        break;
      case "summary":
        void knownTables
          .summarize(message.table)
          .then((answer) => front.tell({ kind: "answer", question: message.question, answer }));
        break;
      case "members":
        front.tell({
          kind: "answer",
          question: message.question,
          answer: listLiveMembers(boxes, message.path),
        });
        break;
      case "input":
        input.receive(message.value);
        break;
      case "variables":
        void inspectVariables(message.id, message.question);
        break;
      case "comm":
        void pass(message.message);
        break;
      case "shutdown":
        void shutDown();
        break;
      default:
        message satisfies never;
    }
  }

  async function inspectVariables(id: number, question: VariableQuestion): Promise<void> {
    const answer = await variables.answer(question).then((found) => found && serializeContent(found));
    front.tell({ kind: "variables", id, answer });
  }

  async function pass(message: CommMessage): Promise<void> {
    try {
      await comms.receive(message);
    } catch (error) {
      front.complain(`a comm failed: ${tellError(error)}`);
    }
    front.tell({ kind: "handled", comms: comms.open() });
  }

  async function shutDown(): Promise<void> {
    if (isShuttingDown) return;
    isShuttingDown = true;
    await front.close();
    process.exit(0);
  }

  Object.defineProperty(globalThis, "awaitː", { value: interrupts.stopIfInterrupted, configurable: true });
  publishDisplayer((format) => output.display({ [Symbol.for("Jupyter.display")]: format }));
  answerLinkedOutputs(connectionFile);
  captureStandardStreams(output.write);
  captureDescriptors(output.write);
  refuseStandardInput();
  showChildOutput(() => {
    const order = (interrupts.owner() ?? interrupts.running())?.order;
    return order?.isSilent === false ? front.lend(order.parent) : undefined;
  });
  hideExperimentalWarnings();
  strayErrors.hear();
  closeBeforeExit({ front, output, interrupts, describe: stackTraces.describe });
  await front.listening;
}

/**
 * V8 puts the whole of `map` and the like in line, and takes the look for interruptions out of a loop that then calls nothing any more, such
 * as `for (;;) list.map(f)`: nothing could stop that. Without unrolling loops it would not, either; but then all short loops take
 * twice as long. Not before the first cell: with another flag Node compiles all that is built into it again, 80 ms for a thread.
 */
function keepLoopsStoppable(): void {
  setFlagsFromString("--no-turbo-inline-array-builtins");
}
