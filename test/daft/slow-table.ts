/** A table of twelve fragments, each file of which takes a second to come: time to drop it while it is read. */
import type { Connection } from "../../src/index.ts";
import type { TemporaryLake } from "../temporary-lake.ts";

const fragments = 12;

/** @returns what lets its files come at once again */
export async function createSlowTable(
  lake: Connection,
  { orderFaults }: TemporaryLake,
  name: string,
): Promise<() => Promise<void>> {
  await lake.createTable(name, [{ id: 0 }]);
  for (let id = 1; id < fragments; id++) await lake.append(name, [{ id }]);
  const fault = { kind: "delay", milliseconds: 1_000 };
  const { location } = await lake.describe(name);
  const path = `${new URL(location).pathname}/data/`;
  await orderFaults([{ on: "oss", method: "GET", path, times: 1_000, fault }]);
  return () => orderFaults([]);
}
