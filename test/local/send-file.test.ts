import { once } from "node:events";
import { open, writeFile } from "node:fs/promises";
import { createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sendFile } from "../../src/local/oss/send-file.ts";
import { removeFolder, temporaryFolder } from "./test-lake.ts";

test("a file goes out whole, and a client that goes away ends the sending", async () => {
  const folder = await temporaryFolder();
  const path = join(folder, "file");
  const content = Buffer.alloc(40 << 20, "0123456789");
  await writeFile(path, content);
  const sent: Promise<void>[] = [];
  const server = createServer(async (_message, response) => {
    const file = await open(path);
    const sending = sendFile(file, 1, content.length - 2, response).finally(() => file.close());
    sending.catch(() => undefined);
    sent.push(sending);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  const received = Buffer.from(await (await fetch(`http://127.0.0.1:${port}`)).arrayBuffer());
  expect(received.equals(content.subarray(1, -1))).toBe(true);
  await expect(sent[0]).resolves.toBeUndefined();

  await new Promise<void>((resolve) => {
    get({ host: "127.0.0.1", port, agent: false }, (response) => {
      response.once("data", () => {
        response.destroy();
        resolve();
      });
    });
  });
  await expect(sent[1]).rejects.toThrow();
  server.close();
  await removeFolder(folder);
});
