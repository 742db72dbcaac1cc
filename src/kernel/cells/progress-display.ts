/** Shows the progress of a cell's work as one entry of its output. */
import { createProgressBoard, type ProgressBoard } from "../../display/progress/progress-board.ts";
import { renderProgress } from "../../display/progress/progress-view.ts";
import type { CellOutput } from "./cell-output.ts";

/** A watcher for the cell that begins now. Work that outlives the cell still updates that cell's entry. */
export function createProgressDisplay(output: CellOutput): ProgressBoard {
  let displayId: string | undefined;
  return createProgressBoard((state) => {
    const type = displayId === undefined ? "display_data" : "update_display_data";
    displayId ??= crypto.randomUUID();
    const transient = { display_id: displayId };
    output.publish(type, { data: renderProgress(state), metadata: {}, transient });
  });
}
