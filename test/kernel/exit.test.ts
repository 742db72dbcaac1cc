/** The kernel's one exit: whatever part of the kernel a secret comes from, it is in nothing that leaves. */
import { setImmediate as immediate } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createCellOutput } from "../../src/kernel/cells/cell-output.ts";
import { createComms, registerCommTarget } from "../../src/kernel/cells/comms.ts";
import { describeThrown } from "../../src/kernel/cells/describe-thrown.ts";
import { createSender } from "../../src/kernel/cells/front.ts";
import { createExit, type Exit, parentOf } from "../../src/kernel/front/exit.ts";
import { createHistory } from "../../src/kernel/front/history.ts";
import { createInput } from "../../src/kernel/front/input.ts";
import type { Request } from "../../src/kernel/wire/message.ts";
import { createOutputStreams } from "../../src/kernel/wire/output-streams.ts";
import { redactText } from "../../src/redaction/redact-text.ts";
import { redact } from "../../src/secret.ts";
import { findSecrets } from "../secrets.ts";
import { sizes } from "../sizes.ts";

const mimeTypes = [
  "text/plain",
  "text/html",
  "text/markdown",
  "text/latex",
  "image/svg+xml",
  "application/javascript",
  "application/json",
  "application/vnd.vegalite.v5+json",
  "application/vnd.of.tomorrow",
];
const pictureBeginnings = {
  "image/png": "89504e470d0a1a0a",
  "image/jpeg": "ffd8ffe0",
  "image/gif": "474946383961",
  "image/webp": "52494646",
  "application/pdf": "255044462d",
};

const encodings: readonly ((secret: string) => string)[] = [
  (secret) => secret,
  encodeURIComponent,
  ...["", "a", "ab"].map((pad) => (secret: string) => Buffer.from(`${pad}${secret}.`).toString("base64")),
  (secret) => JSON.stringify(JSON.stringify({ secret })),
  (secret) => Buffer.from(secret).toString("hex"),
];

function requestOf(type: string, content: Request["content"], text: string): Request {
  const header = { msg_id: "m", session: "s", msg_type: type, username: text };
  return { channel: "shell", identities: [], header, content };
}

/** Lets a text out in every place a message of the kernel has for one. */
async function sendEverywhere(exit: Exit, text: string, cuts: readonly number[]): Promise<void> {
  const request = requestOf("execute_request", {}, text);
  const parent = parentOf(request);
  const streams = createOutputStreams(exit.write, () => true);
  const sender = createSender((message) => {
    if (message.kind === "publish")
      exit.publish(message.type, message.content, message.parent, 0, message.metadata);
    else streams.write(message.name, message.text, message.parent);
  });
  const output = createCellOutput(sender);
  output.begin({ parent, isSilent: false });
  output.publish("execute_input", { code: text, execution_count: 1 });
  const data = Object.fromEntries(
    mimeTypes.map((type) => [type, type.endsWith("json") ? { [text]: [text] } : text]),
  );
  output.publish("execute_result", { data, metadata: { [text]: text }, execution_count: 1 });
  for (const [type, beginning] of Object.entries(pictureBeginnings)) {
    const picture = Buffer.concat([Buffer.from(beginning, "hex"), Buffer.from(`tEXt${text}`)]);
    await output.display({ [type]: picture.toString("base64") }, { raw: true, display_id: text });
    await output.display({ [type]: picture }, { raw: true });
    await output.display({ [type]: text }, { raw: true });
  }
  await output.display({ password: text });
  const places = [...new Set(cuts.map((cut) => cut % text.length))].sort((a, b) => a - b);
  for (const stream of ["stdout", "stderr"] as const) {
    for (const [index, end] of [...places, text.length].entries()) {
      output.write(stream, text.slice(index === 0 ? 0 : places[index - 1], end));
      // What comes in one turn is looked through together.
      if (index % 2 === 0) await immediate();
    }
  }
  const failure = describeThrown(new TypeError(text, { cause: { text } }), () => undefined);
  output.publish("error", { ...failure });
  streams.end();
  const expressions = { [text]: { status: "ok", data: { "text/plain": text } } };
  exit.answer(request, "execute_reply", { status: "error", ...failure, user_expressions: expressions });
  exit.answer(request, "complete_reply", { matches: [text], metadata: { types: [{ text }] } });
  exit.answer(request, "inspect_reply", { data: { "text/plain": text } });
  const history = createHistory();
  history.add(1, text)(text);
  exit.answer(request, "history_reply", {
    history: await history.find({ hist_access_type: "tail", output: true }),
  });
  createInput(exit, () => {}).ask(request, text, true);
  const comms = createComms(sender, () => parent);
  comms.openFromCell(text, { text }, { [text]: text }).send({ text });
  registerCommTarget("echo", (comm, opened) => {
    comm.send(opened);
    comm.onMessage((sent) => comm.send({ sent, bytes: Buffer.from(text) }));
    comm.onClose(() => {});
  });
  const ids = { comm_id: text, data: { text } };
  await comms.receive({ type: "comm_open", parent, content: { ...ids, target_name: "echo" } });
  await comms.receive({ type: "comm_msg", parent, content: ids });
  exit.answer(request, "comm_info_reply", { status: "ok", comms: comms.open() });
  await comms.receive({ type: "comm_open", parent, content: { ...ids, target_name: text } });
}

const secrets = fc
  .oneof(
    fc.stringMatching(/^[A-Za-z0-9+/=_-]{12,60}$/),
    fc.stringMatching(/^[\x21-\x7e]{12,40}$/),
    fc.string({ unit: "grapheme", minLength: 12, maxLength: 30 }),
  )
  .map((text) => text.trim())
  .filter((text) => [...text].length >= 12);

test("no secret is in any part of any message, however it is written there", async () => {
  await fc.assert(
    fc.asyncProperty(
      secrets,
      fc.constantFrom(...encodings),
      fc.array(fc.nat(), { maxLength: 5 }),
      async (secret, encode, cuts) => {
        delete (globalThis as Record<symbol, unknown>)[Symbol.for("dlf-lance.secret-registry")];
        // The filter takes a list of the same length for the same list: it must see this one empty.
        redactText("");
        redact(secret);
        const texts: string[] = [];
        const exit = createExit({
          write: ({ text }) => texts.push(text),
          send: ({ parent, content, metadata = "" }) =>
            texts.push("\n", parent, "\n", content, "\n", metadata, "\n"),
        });
        await sendEverywhere(exit, encode(secret), cuts);
        expect(texts.length).toBeGreaterThan(60);
        expect(findSecrets(texts.join(""), [secret])).toEqual([]);
      },
    ),
    { numRuns: sizes.redactedSecrets },
  );
}, 1_200_000);

test("the header of a request goes back with the two words that its client finds it by", () => {
  redact("a secret of twelve");
  const parent = parentOf(requestOf("a secret of twelve", {}, "ann"));
  expect(JSON.parse(parent)).toEqual({ msg_id: "m", session: "s", msg_type: "<redacted>", username: "ann" });
});
