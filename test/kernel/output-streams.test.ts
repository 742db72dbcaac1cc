import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createOutputStreams } from "../../src/kernel/wire/output-streams.ts";
import { Secret } from "../../src/secret.ts";

const secret = new Secret("l4kZq0TcVw81bXyE5mHs");
let published: string[];
let sent: number;

beforeEach(() => {
  published = [];
  sent = 0;
});
afterEach(() => expect(published.join("")).not.toContain(secret.reveal()));

function open() {
  return createOutputStreams(
    (_, text, _parent, counted) => {
      published.push(text);
      sent += counted;
    },
    () => true,
  );
}

test("a line whose tail may begin a secret arrives as one piece", async () => {
  const streams = open();
  streams.write("stdout", "first\nloaded total\n", "{}", 2);
  await setTimeout(200);
  expect([published, sent]).toEqual([["first\n", "loaded total\n"], 2]);
  streams.write("stdout", "loading l", "{}", 3);
  await setTimeout(200);
  streams.write("stdout", "l", "{}", 4);
  await setTimeout(200);
  expect([published.slice(2), sent]).toEqual([["loading l", "l"], 9]);
  streams.write("stdout", `${secret.reveal().slice(1)} is it\n`, "{}");
  streams.end();
  expect(published.slice(4).join("")).toContain("is it\n");
});

test("what is shown next comes behind the line that waits", async () => {
  const streams = open();
  streams.write("stdout", "loaded total\n", "{}");
  streams.release();
  expect(published).toEqual(["loaded total\n"]);
  streams.write("stdout", "all", "{}");
  streams.write("stderr", "warning\n", "{}");
  streams.end();
  expect(published.join("")).toBe("loaded total\nallwarning\n");
});

test("a long line does not wait", async () => {
  const streams = open();
  streams.write("stdout", `${"x".repeat(10_000)}l`, "{}");
  await setTimeout(0);
  await setTimeout(5);
  expect(published.join("")).toBe("x".repeat(10_000));
  streams.end();
  expect(published.join("")).toBe(`${"x".repeat(10_000)}l`);
});
