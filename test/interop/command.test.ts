import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, isError } from "../../src/index.ts";
import { repository, type ServedLake, serveLakeDirectly } from "./local-lake.ts";

const run = promisify(execFile);

let served: ServedLake;

beforeAll(async () => {
  served = await serveLakeDirectly("--faults", "--token-ttl", "60");
});

afterAll(async () => {
  expect(await served?.stop()).toBe(0);
});

function command(...arguments_: readonly string[]) {
  return run(process.execPath, ["src/launcher.cjs", ...arguments_], { cwd: repository });
}

test("an identity that the command grants access works at once, and only where it may", async () => {
  const owner = await connect(served.config);
  await owner.createTable("default.open", { a: [1] });
  await owner.createTable("default.shut", { a: [1] });
  await owner.close();
  const { stdout } = await command(
    "local",
    "grant",
    "guest",
    "--data",
    served.data,
    "--read",
    "default.open",
  );
  const guest = await connect({ ...served.config, ...JSON.parse(stdout) });
  expect(await guest.listTables("default")).toEqual(["open"]);
  expect(await guest.read("default.open").toObjects()).toEqual([{ a: 1n }]);
  const refusal = await guest.describe("default.shut").catch((error: unknown) => error);
  expect(isError(refusal, "PermissionDenied")).toBe(true);
  await expect(guest.append("default.open", { a: [2] })).rejects.toThrow();
  expect(await guest.read("default.open").count()).toBe(1);
  await guest.close();
});

test("faults are ordered at the printed address", async () => {
  const { uri = "", token = "" } = served.faults ?? {};
  const answer = await fetch(uri, {
    method: "PUT",
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ expireTokens: true }),
  });
  expect(answer.status).toBe(200);
});

test("other interfaces are refused", async () => {
  const refused = command("local", "--data", served.data, "--host", "0.0.0.0");
  await expect(refused).rejects.toMatchObject({ stderr: expect.stringContaining("127.0.0.1"), stdout: "" });
});
