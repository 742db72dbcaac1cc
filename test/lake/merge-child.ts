import { connect, isError } from "../../src/index.ts";

/** Merges one new key when it is told to, on a connection of its own. */
const [config = "{}", name = "", x = "0"] = process.argv.slice(2);
const lake = await connect(JSON.parse(config));
const table = lake.table(name);
await table.read().count();
process.once("message", async () => {
  const outcome = await table.merge("id", [{ id: 9, x: Number(x) }]).then(
    () => "merged",
    (error: unknown) => (isError(error) ? `${error.code}: ${error.message}` : String(error)),
  );
  process.send?.(outcome);
});
process.send?.("ready");
