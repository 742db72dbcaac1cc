import { randomUUID } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "../../zod.ts";

/** Where the lake of a data folder is served, as its server says. It may have ended without taking this back. */
export interface Announcement {
  readonly pid: number;
  /** Ports on 127.0.0.1. */
  readonly port: number;
  readonly ossPort: number;
}

const port = z.number().int().min(1).max(65_535);
const announcementSchema = z.object({ pid: z.number().int(), port, ossPort: port });

/** Says where a lake is served. Of several servers on a folder, the last one to say so is found. */
export async function announceLake(
  folder: string,
  warehouse: string,
  announcement: Announcement,
): Promise<void> {
  const draft = join(folder, `serving-${randomUUID()}.json`);
  await writeFile(draft, JSON.stringify(announcement), { mode: 0o600, flag: "wx" });
  await rename(draft, announcementPath(folder, warehouse));
}

/** Takes an announcement back, unless another server has made its own since. */
export async function withdrawLake(
  folder: string,
  warehouse: string,
  announcement: Announcement,
): Promise<void> {
  const current = await readAnnouncement(folder, warehouse);
  if (JSON.stringify(current) !== JSON.stringify(announcement)) return;
  await rm(announcementPath(folder, warehouse), { force: true });
}

export async function readAnnouncement(folder: string, warehouse: string): Promise<Announcement | undefined> {
  try {
    return announcementSchema.parse(JSON.parse(await readFile(announcementPath(folder, warehouse), "utf8")));
  } catch {
    return undefined;
  }
}

function announcementPath(folder: string, warehouse: string): string {
  return join(folder, `serving-${warehouse}.json`);
}
