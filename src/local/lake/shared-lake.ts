import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { loadIdentity } from "../identity/identity.ts";
import { logFailure } from "../log.ts";
import { type Announcement, readAnnouncement } from "./announcement.ts";
import { openLake } from "./lake.ts";
import { describeLake } from "./lake-description.ts";
import { prepareFolder } from "./lake-folder.ts";
import { type LocalLake, type LocalLakeOptions, parseLakeOptions } from "./lake-options.ts";
import { watchLake } from "./running-lake.ts";

/** A server that ends lets its last requests finish; until then its ports are not free. */
const takeOverTime = 15_000;
const takeOverPause = 30;

/**
 * The lake of a data folder: one that is running already, or else our own. When the running one ends, whoever is
 * still using it serves in its place, on the same ports, so that clients and the tokens they hold go on working.
 *
 * @throws DlfLanceError InvalidInput for options or a folder that cannot be used
 */
export async function openSharedLake(options: LocalLakeOptions): Promise<LocalLake> {
  const { data, warehouse } = parseLakeOptions(options);
  const folder = resolve(data);
  await prepareFolder(folder);
  const place = await readAnnouncement(folder, warehouse);
  if (place === undefined) return openLake(options);
  const identity = await loadIdentity(folder);
  const watch = () => watchLake({ ...place, warehouse }, identity.tokenKey);
  const running = await watch();
  if (running === undefined) return openLake(options);

  const leaving = new AbortController();
  const successor = follow(options, place, running.ended, leaving.signal, watch).catch((error: unknown) => {
    logFailure("taking over the local lake", error);
    return undefined;
  });
  return {
    ...describeLake(identity, warehouse, place),
    async close() {
      leaving.abort();
      await (await successor)?.close();
    },
  };
}

/** Waits for the running lake's end and serves in its place; nothing if we leave first. */
async function follow(
  options: LocalLakeOptions,
  { port, ossPort }: Announcement,
  firstEnd: Promise<void>,
  leaving: AbortSignal,
  watch: () => ReturnType<typeof watchLake>,
): Promise<LocalLake | undefined> {
  const left = new Promise<void>((end) => leaving.addEventListener("abort", () => end(), { once: true }));
  let ended = firstEnd;
  for (;;) {
    await Promise.race([ended, left]);
    const deadline = Date.now() + takeOverTime;
    for (;;) {
      if (leaving.aborted) return undefined;
      // It may be there still, or somebody else who used it may have been faster.
      const running = await watch();
      if (running !== undefined) {
        ended = running.ended;
        break;
      }
      try {
        return await openLake({ ...options, port, ossPort });
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
      await delay(takeOverPause);
    }
  }
}
