import { setTimeout as delay } from "node:timers/promises";

/** Milliseconds between two looks at how busy the process was. */
const interval = 5_000;
/** Part of the time that an idle process may compute. */
const idleShare = 0.05;

/** Settles when the process has done next to nothing for a while. Does not keep it alive. */
export async function untilIdle(): Promise<void> {
  for (let before = process.cpuUsage(); ; before = process.cpuUsage()) {
    await delay(interval, undefined, { ref: false });
    const { user, system } = process.cpuUsage(before);
    if (user + system < interval * 1_000 * idleShare) return;
  }
}
