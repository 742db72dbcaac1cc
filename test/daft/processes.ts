/** Processes that this one has started. */
import { readdirSync, readFileSync } from "node:fs";

export function ownChildren(): number[] {
  return allProcesses().filter((pid) => readStatus(pid)?.parent === process.pid);
}

/**
 * Workers of Ray that this process has started, by whatever ways: not the agents of its nodes, nor those that move objects to disk and back,
 * which a node starts when its memory is full, and keeps for the next run, nor the one that watches over a job, and tells of its end.
 */
export function ownRayWorkers(): number[] {
  const parents = new Map<number, number>();
  for (const pid of allProcesses()) parents.set(pid, readStatus(pid)?.parent ?? 0);
  const isOurs = (pid: number): boolean =>
    pid === process.pid || (parents.has(pid) && isOurs(parents.get(pid) ?? 0));
  return [...parents.keys()].filter(
    (pid) =>
      isOurs(pid) && /^ray::(?!\w*(Agent|SpillWorker|RestoreWorker|JobSupervisor))/.test(readCommand(pid)),
  );
}

/** Not of one that has ended and waits for its parent to hear of it. */
export function isAlive(pid: number | undefined): boolean {
  return pid !== undefined && (readStatus(pid)?.state ?? "Z") !== "Z";
}

function allProcesses(): number[] {
  return readdirSync("/proc").map(Number).filter(Boolean);
}

function readStatus(pid: number): { readonly state: string; readonly parent: number } | undefined {
  try {
    const [state = "", parent] =
      readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}

function readCommand(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
