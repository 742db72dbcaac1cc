import { isRunning } from "./is-running.ts";

/** Milliseconds between two looks at the parent. */
const interval = 1_000;

/**
 * Calls `onGone` once the process that Jupyter names as our parent is no more; a killed server would otherwise
 * leave its kernels behind. Does nothing where Jupyter names none, and on Windows, where it names no process id.
 */
export function watchParent(onGone: () => void): void {
  const parent = Number(process.env.JPY_PARENT_PID);
  if (!Number.isInteger(parent) || parent <= 1 || process.platform === "win32") return;
  const isOurParent = process.ppid === parent;
  const timer = setInterval(() => {
    if (isOurParent ? process.ppid === parent : isRunning(parent)) return;
    clearInterval(timer);
    onGone();
  }, interval);
  timer.unref();
}
