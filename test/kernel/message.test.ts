import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { readConnectionFile } from "../../src/kernel/wire/connection-file.ts";
import { decodeRequest, encodeMessage } from "../../src/kernel/wire/message.ts";
import { addressOf } from "../../src/kernel/wire/sockets.ts";
import { sizes } from "../sizes.ts";

const folder = mkdtempSync(join(tmpdir(), "dlf-lance-connection-"));
afterAll(() => rmSync(folder, { recursive: true }));

const signing = { key: "the signing key", scheme: "hmac-sha256" };
const header = { msg_id: "m1", msg_type: "kernel_info_request", session: "s1" };

function encode(content: object): Buffer[] {
  const identities = [Buffer.from("client")];
  const message = {
    type: "any",
    session: "s",
    identities,
    parent: "{}",
    content: JSON.stringify(content),
  };
  return encodeMessage(message, signing).map((frame) => Buffer.from(frame));
}

/** A field of this name is no field of a message: it is dropped. */
const keys = fc.string().filter((key) => key !== "__proto__");

test("half of a surrogate pair leaves as the replacement character, and nothing else changes", () => {
  const content = {
    half: "a\ud83d",
    other: "\ude00b",
    whole: "😀",
    spelled: "\\ud83d \\\\ud83d",
    both: "\\\ud83d",
  };
  const request = decodeRequest("shell", encode(content), signing);
  expect(request?.content).toEqual({ ...content, half: "a\ufffd", other: "\ufffdb", both: "\\\ufffd" });
});

test("what is encoded is signed, and decodes to the same content", () => {
  fc.assert(
    fc.property(fc.dictionary(keys, fc.jsonValue()), (content) => {
      const request = decodeRequest("shell", encode(content), signing);
      expect(JSON.stringify(request?.content)).toBe(JSON.stringify(JSON.parse(JSON.stringify(content))));
      expect(request?.identities.map(String)).toEqual(["client"]);
    }),
    { numRuns: sizes.generatedCases },
  );
});

test("one changed byte anywhere, another key or a missing frame make it no message", () => {
  const frames = encode({ code: "1" });
  expect(decodeRequest("shell", frames, signing)).toBeDefined();
  expect(decodeRequest("shell", frames, { ...signing, key: "another" })).toBeUndefined();
  for (let index = 1; index < frames.length; index++) {
    const changed = frames.map((frame, at) => (at === index ? Buffer.from(`${frame} `) : frame));
    expect(decodeRequest("shell", changed, signing)).toBeUndefined();
    expect(decodeRequest("shell", frames.toSpliced(index, 1), signing)).toBeUndefined();
  }
  expect(decodeRequest("shell", [], signing)).toBeUndefined();
});

test("without a key messages are not signed, but still checked for their form", () => {
  const frames = (content: string) =>
    ["<IDS|MSG>", "", JSON.stringify(header), "{}", "{}", content].map((frame) => Buffer.from(frame));
  const unsigned = { key: "", scheme: "hmac-sha256" };
  expect(decodeRequest("control", frames('{"a":1}'), unsigned)).toMatchObject({ header, content: { a: 1 } });
  expect(decodeRequest("control", frames("[1]"), unsigned)).toBeUndefined();
  expect(decodeRequest("control", frames("{"), unsigned)).toBeUndefined();
  const headless = frames("{}").with(2, Buffer.from('{"msg_id":"m1","session":"s1"}'));
  expect(decodeRequest("control", headless, unsigned)).toBeUndefined();
});

const connection = {
  ip: "127.0.0.1",
  transport: "tcp",
  key: "never to be shown",
  signature_scheme: "hmac-sha256",
  shell_port: 1,
  control_port: 2,
  stdin_port: 3,
  iopub_port: 4,
  hb_port: 5,
};

function write(content: unknown): string {
  const file = join(folder, "connection.json");
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

test("reads a connection file", () => {
  const tcp = readConnectionFile(write({ ...connection, kernel_name: "dlf-lance" }));
  expect(addressOf(tcp, tcp.iopub_port)).toBe("tcp://127.0.0.1:4");
  const ipc = readConnectionFile(write({ ...connection, transport: "ipc", ip: "/run/kernel" }));
  expect(addressOf(ipc, ipc.shell_port)).toBe("ipc:///run/kernel-1");
});

test("tells what is wrong with a connection file, without its values", () => {
  const bad = write({ ...connection, shell_port: "9", signature_scheme: "hmac-nothing" });
  expect(() => readConnectionFile(bad)).toThrow(/are missing or wrong: shell_port, signature_scheme/);
  const broken = write('{"key": "never to be shown", ');
  for (const file of [bad, broken, join(folder, "missing.json")]) {
    try {
      readConnectionFile(file);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: "InvalidInput", message: expect.stringContaining(file) });
      expect(String(error)).not.toContain("never");
    }
  }
});
