/** Objects of OSS as frames, read with a login that is named. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { inspect } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createUpstream } from "../../src/gateway/upstream.ts";
import { type Connection, connect, readFile } from "../../src/index.ts";
import { startLocalLake } from "../../src/local/start.ts";
import { Secret } from "../../src/secret.ts";
import type { OssLogin } from "../../src/types.ts";
import { refusal } from "../refusal.ts";

let folder: string;
let local: Awaited<ReturnType<typeof startLocalLake>>;
let login: OssLogin;
let bucket: string;
let lake: Connection;
const upstream = createUpstream({ region: undefined, caFile: undefined });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "read-oss-"));
  local = await startLocalLake({ data: folder });
  const config = local.config as Record<string, string>;
  ({ bucket } = local.oss);
  login = {
    endpoint: local.oss.endpoint,
    accessKeyId: config["dlf.access-key-id"] ?? "",
    accessKeySecret: config["dlf.access-key-secret"] ?? "",
  };
  lake = await connect(local.config);
  await put("in/a 1.csv", "n,t\n1,x\n");
  await put("in/a 2.csv", "n,t\n2,y\n");
  await put("in/deep/a 3.csv", "n,t\n3,z\n");
});
afterAll(async () => {
  await upstream.close();
  await lake.close();
  await local.close();
  await rm(folder, { recursive: true });
});

async function put(key: string, content: string): Promise<void> {
  const credentials = {
    endpoint: login.endpoint,
    accessKeyId: new Secret(login.accessKeyId),
    accessKeySecret: new Secret(String(login.accessKeySecret)),
  };
  const headers = { "content-length": String(Buffer.byteLength(content)) };
  const request = { method: "PUT", bucket, key, query: [], headers };
  const answer = await upstream.send(
    request,
    credentials,
    Readable.from([Buffer.from(content)]),
    AbortSignal.timeout(20_000),
  );
  expect([answer.status, await text(answer.body)]).toEqual([200, ""]);
}

test("one object, and those that fit a pattern, as they are when the frame runs", async () => {
  const one = readFile(`oss://${bucket}/in/a 1.csv`, { oss: login });
  expect(await one.toObjects()).toEqual([{ n: 1n, t: "x" }]);
  await put("in/a 1.csv", "n,t\n9,w\n");
  expect(await one.toObjects()).toEqual([{ n: 9n, t: "w" }]);
  const all = readFile(`oss://${bucket}/in/*.csv`, { oss: login });
  expect((await all.toObjects()).map(({ n }) => n)).toEqual([9n, 2n]);
  expect(await readFile(`oss://${bucket}/in/**.csv`, { oss: login }).count()).toBe(3);
  expect(await readFile(`oss://${bucket}/in/a ?.csv`, { oss: login }).count()).toBe(2);
});

test("names of any kind; objects without rows do not decide the types; what has not changed is not fetched again", async () => {
  const names = ["a%20b+c", "100% of #1", "q'uo\"te & <br>", "数据 🙂", "semi;colon=eq", "back\\slash"];
  for (const [index, name] of names.entries()) {
    await put(`odd/${name}.csv`, `n,t\n${index},x\n`);
    expect(await lake.readFile(`oss://${bucket}/odd/${name}.csv`).first()).toEqual({
      n: BigInt(index),
      t: "x",
    });
  }
  await put("odd/ first.csv", "n,t\n");
  const all = lake.readFile(`oss://${bucket}/odd/*.csv`);
  const numbers = (await all.toObjects()).map(({ n }) => n);
  expect(numbers.toSorted()).toEqual([0n, 1n, 2n, 3n, 4n, 5n]);
  await put("odd/100% of #1.csv", "n,t\n11,x\n");
  expect((await all.toObjects()).map(({ n }) => n).toSorted()).toEqual([0n, 11n, 2n, 3n, 4n, 5n]);
});

test("what is not there, not allowed or not said is refused in words, without a key", async () => {
  const name = `oss://${bucket}/in/none.csv`;
  expect(await refusal(() => readFile(name, { oss: login }).count())).toContain("no such object");
  expect(await refusal(() => readFile(`oss://${bucket}/in/a 12.csv`, { oss: login }).count())).toContain(
    `no such object; did you mean oss://${bucket}/in/a 1.csv?`,
  );
  expect(await refusal(() => readFile("oss://nowhere/a.csv", { oss: login }).count())).toMatch(
    /^InvalidInput: .*no bucket named nowhere at this endpoint/,
  );
  const signed = `oss://${bucket}/in/a 1.csv?Expires=1&Signature=of-a-signed-url`;
  const notSaid = await refusal(() => readFile(signed, { oss: login }));
  expect(notSaid).toContain("the address is oss://bucket/key");
  expect(notSaid).not.toContain("of-a-signed-url");
  const wrong = { ...login, accessKeySecret: "wrong-secret-that-nobody-knows" };
  const refused = await refusal(() => readFile(name, { oss: wrong }).count());
  expect(refused).toMatch(/^PermissionDenied: Cannot read oss:.*OSS refuses the login/);
  expect(refused).not.toContain("wrong-secret");
  expect(await refusal(() => readFile(name))).toContain(
    "no login; pass { oss: { endpoint, accessKeyId, accessKeySecret } }, or call readFile() of a connection",
  );
  expect(await refusal(() => readFile(`oss://key:secret@${bucket}/a.csv`, { oss: login }))).toContain(
    "the address is oss://bucket/key",
  );
  expect(await refusal(() => readFile(name, { oss: { ...login, zone: "x" } as never }))).toContain(
    "no option named zone",
  );
});

test("a connection reads with its own keys, which nothing shows, or with those that are given", async () => {
  const frame = lake.readFile(`oss://${bucket}/in/deep/*.csv`);
  expect(await frame.toObjects()).toEqual([{ n: 3n, t: "z" }]);
  await frame.write("default.from_objects");
  expect(await lake.read("default.from_objects").toObjects()).toEqual([{ n: 3n, t: "z" }]);
  const shown = [
    String(await frame.explain()),
    JSON.stringify(frame),
    inspect(frame),
    inspect(lake, { depth: 9 }),
  ];
  for (const text of shown) expect(text).not.toContain(String(login.accessKeySecret));
  const wrong = { ...login, accessKeySecret: "wrong-secret-that-nobody-knows" };
  const refused = await refusal(() => lake.readFile(`oss://${bucket}/in/a 1.csv`, { oss: wrong }).count());
  expect(refused).toContain("OSS refuses the login");
  expect(
    await refusal(() => lake.readFile(`oss://${bucket}/a.csv`, { oss: { place: "x" } as never })),
  ).toContain("no option named place");
});

test("keys that a function hands out are asked for once, for the catalog and for objects", async () => {
  const { uri: endpoint = "", warehouse = "" } = local.config as Record<string, string>;
  const region = (local.config as Record<string, string>)["dlf.region"];
  let asked = 0;
  const load = () => {
    asked += 1;
    const { accessKeyId, accessKeySecret } = login;
    return { accessKeyId, accessKeySecret: String(accessKeySecret), expiration: Date.now() + 3_600_000 };
  };
  const other = await connect({ endpoint, warehouse, region, credentials: { load } });
  const oss = { endpoint: login.endpoint };
  expect(await other.readFile(`oss://${bucket}/in/a 1.csv`, { oss }).count()).toBe(1);
  expect(asked).toBe(1);
  await other.close();
});
