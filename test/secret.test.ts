import { execFile } from "node:child_process";
import { inspect, promisify } from "node:util";
import { expect, test } from "vitest";
import { knownSecrets } from "../src/redaction/known-secrets.ts";
import { redact, Secret, shortenKeyId } from "../src/secret.ts";

const text = "an-example-of-a-secret-text";
const secret = new Secret(text);

test.each([
  ["string", String(secret)],
  ["template", `${secret}`],
  ["concatenation", `a${secret}b`],
  ["JSON", JSON.stringify({ secret })],
  ["inspection", inspect({ secret }, { showHidden: true, depth: 9 })],
  ["structured clone", inspect(structuredClone({ secret }))],
  [
    "own properties",
    JSON.stringify(Object.getOwnPropertyNames(secret).map((name) => [name, Reflect.get(secret, name)])),
  ],
])("a secret prints <redacted> as %s", (_, printed) => {
  expect(printed).toContain("<redacted>");
  expect(printed).not.toContain(text);
});

test("in a program of plain Node, nothing that prints the global object prints a secret", async () => {
  const door = JSON.stringify(new URL("../src/secret.ts", import.meta.url).href);
  const program = `import { inspect } from "node:util";
    import { Secret } from ${door};
    new Secret(["a secret", "in two parts"].join(" "));
    console.log(globalThis);
    console.log(inspect(globalThis, { showHidden: true, depth: 3, maxArrayLength: null }));
    for (const key of Reflect.ownKeys(globalThis)) {
      const { value } = Object.getOwnPropertyDescriptor(globalThis, key);
      console.log(key, inspect(value, { showHidden: true, depth: 2 }));
      if (typeof key === "symbol") console.log(JSON.stringify(value));
    }`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
  expect(stdout).toContain("dlf-lance.secret-registry");
  expect(stdout).not.toContain("a secret in two parts");
});

test("a secret reveals its text on request and is known to the kernel's filter", () => {
  expect(secret.reveal()).toBe(text);
  expect(knownSecrets()).toContain(text);
});

test("redact makes a text known without the white space around it, and refuses a short one with the reason", () => {
  expect(redact("  one of my own\n").reveal()).toBe("  one of my own\n");
  expect(knownSecrets()).toContain("one of my own");
  expect(() => redact("  elevenchars \n")).toThrow(
    expect.objectContaining({
      code: "InvalidInput",
      message: expect.stringMatching(/of 11 characters: below 12/),
    }),
  );
  expect(knownSecrets()).not.toContain("elevenchars");
});

test("a longer secret is listed before one that is its part", () => {
  new Secret(`${text}-longer`);
  expect(knownSecrets().indexOf(`${text}-longer`)).toBeLessThan(knownSecrets().indexOf(text));
});

test("a shortened key id tells two apart and cannot be used", () => {
  expect(shortenKeyId("LTAI5tExampleKeyId")).toBe("LTAI5t…Id");
  expect(shortenKeyId("short")).toBe("sh…");
});
