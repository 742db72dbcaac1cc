/** A real kernel process: how it listens. */
import { spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Dealer } from "zeromq";
import { startKernelClient } from "./kernel-client.ts";

test("encrypts when the connection file has keys, and hears nobody who does not", async () => {
  const secret = await startKernelClient({ transport: "tcp", encrypted: true });
  try {
    expect((await secret.request("kernel_info_request", {})).content.status).toBe("ok");
    expect(await secret.heartbeat("ping")).toBe("ping");
    const { shell_port } = JSON.parse(readFileSync(join(secret.folder, "kernel-0a1b.json"), "utf8"));
    const plain = new Dealer({ linger: 0, receiveTimeout: 1_000 });
    plain.connect(`tcp://127.0.0.1:${shell_port}`);
    plain.send(["anything"]).catch(() => {});
    await expect(plain.receive()).rejects.toThrow();
    plain.close();
    expect(secret.terminal()).toBe("");
  } finally {
    await secret.stop();
  }
});

test("a second client under the identity of the first is answered", async () => {
  const kernel = await startKernelClient();
  try {
    const { ip, key } = JSON.parse(readFileSync(join(kernel.folder, "kernel-0a1b.json"), "utf8"));
    const ask = async (client: Dealer): Promise<unknown> => {
      client.connect(`ipc://${ip}-1`);
      const header = { msg_id: randomUUID(), msg_type: "kernel_info_request", session: "s", version: "5.4" };
      const parts = [header, {}, {}, {}].map((part) => JSON.stringify(part));
      const signature = createHmac("sha256", key).update(parts.join("")).digest("hex");
      await client.send(["<IDS|MSG>", signature, ...parts]);
      const frames = await client.receive();
      return JSON.parse(String(frames.at(-1))).status;
    };
    const clients = ["first", "second"].map(
      () => new Dealer({ routingId: "the same", linger: 0, receiveTimeout: 20_000 }),
    );
    for (const client of clients) expect(await ask(client)).toBe("ok");
    for (const client of clients) client.close();
    expect((await kernel.execute("1 + 1")).result).toEqual({ "text/plain": "2" });
  } finally {
    await kernel.stop();
  }
});

test("a kernel that can not listen says so and ends", async () => {
  const folder = mkdtempSync(join(tmpdir(), "dlf-lance-kernel-"));
  const file = join(folder, "connection.json");
  const ports = { shell_port: 1, control_port: 2, stdin_port: 3, iopub_port: 4, hb_port: 5 };
  writeFileSync(
    file,
    JSON.stringify({ ip: join(folder, "no", "such", "folder"), transport: "ipc", ...ports }),
  );
  const child = spawn(process.execPath, [join(import.meta.dirname, "fixtures/run-test-kernel.ts"), file]);
  let terminal = "";
  child.stderr.on("data", (data) => {
    terminal += data;
  });
  await once(child, "close");
  expect(child.exitCode).toBe(1);
  expect(terminal).toMatch(/can not listen where the connection file says: Error: No such endpoint/);
  rmSync(folder, { recursive: true });
});
