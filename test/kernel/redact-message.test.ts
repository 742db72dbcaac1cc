import { afterEach, describe, expect, test } from "vitest";
import { serializeRedacted, withheldText } from "../../src/kernel/wire/redact-message.ts";
import { forgetAll, know } from "../redaction/known.ts";

afterEach(forgetAll);

describe("a message's content", () => {
  const secret = "hush/Hush+12345";

  test("is redacted in strings and keys at every depth, but keeps the protocol's words", () => {
    know(secret, "status-busy", "traceback");
    const content = {
      status: "status-busy",
      execution_state: "status-busy",
      traceback: ["in traceback"],
      data: { [`key ${secret}`]: [{ deep: `x${secret}y` }], [secret.slice(0, 3)]: null },
    };
    expect(JSON.parse(serializeRedacted(content))).toEqual({
      status: "status-busy",
      execution_state: "status-busy",
      traceback: ["in <redacted>"],
      data: { "key <redacted>": [{ deep: "x<redacted>y" }], hus: null },
    });
  });

  test("is redacted in markup as text, not as a tag", () => {
    know(secret);
    const types = ["text/html", "text/markdown", "image/svg+xml", "text/plain"];
    const data = Object.fromEntries(types.map((type) => [type, `<b>${secret}</b>`]));
    expect(JSON.parse(serializeRedacted({ data })).data).toEqual({
      "text/html": "<b>&lt;redacted&gt;</b>",
      "text/markdown": "<b>&lt;redacted&gt;</b>",
      "image/svg+xml": "<b>&lt;redacted&gt;</b>",
      "text/plain": "<b><redacted></b>",
    });
  });

  test("has numbers for bigints that fit, text for others, and Base64 for bytes", () => {
    const content = {
      a: 5n,
      b: 2n ** 80n,
      c: new Uint8Array([1, 2, 3]),
      d: Buffer.from("abc"),
      e: undefined,
    };
    expect(JSON.parse(serializeRedacted(content))).toEqual({
      a: 5,
      b: "1208925819614629174706176",
      c: "AQID",
      d: "YWJj",
    });
  });

  test("has no secret as numbers: digits alone, or the bytes of it", () => {
    know("4929123456781234", "98765432109876543210", "pAssw0rd-of-mine");
    const bytes = [...Buffer.from("a pAssw0rd-of-mine")];
    const content = {
      number: 4929123456781234,
      bigint: 4929123456781234n,
      rounded: Number("98765432109876543210"),
      list: bytes,
      buffer: Buffer.from("pAssw0rd-of-mine").toJSON(),
      array: new Uint16Array(bytes),
      kept: [112, 65, 115, 115, 119, 48, 1234567],
    };
    expect(JSON.parse(serializeRedacted({ data: content })).data).toEqual({
      number: "<redacted>",
      bigint: "<redacted>",
      rounded: "<redacted>",
      list: "<redacted>",
      buffer: { type: "Buffer", data: "<redacted>" },
      array: "<redacted>",
      kept: content.kept,
    });
  });

  test("has no secret as a whole number of its bytes, also of one without digits", () => {
    know("pAssword-of-mine");
    const bytes = Buffer.from("pAssword-of-mine");
    const content = {
      number: BigInt(`0x${bytes.toString("hex")}`),
      reversed: BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`),
      kept: 2n ** 127n,
    };
    expect(JSON.parse(serializeRedacted({ data: content })).data).toEqual({
      number: "<redacted>",
      reversed: "<redacted>",
      kept: String(content.kept),
    });
  });

  const png = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");

  test("keeps a picture as it is, also where its digits spell a short secret", () => {
    know("AAAANSUhE");
    const picture = png.toString("base64");
    expect(picture).toContain("AAAANSUhE");
    expect(JSON.parse(serializeRedacted({ data: { "image/png": picture } }))).toEqual({
      data: { "image/png": picture },
    });
    expect(JSON.parse(serializeRedacted({ data: { "image/png": png } }))).toEqual({
      data: { "image/png": picture },
    });
  });

  test("keeps a picture where a secret is too short to be one", () => {
    know("b");
    know("IHD");
    const picture = Buffer.concat([png, Buffer.from("b")]).toString("base64");
    expect(JSON.parse(serializeRedacted({ data: { "image/png": picture } })).data).toEqual({
      "image/png": picture,
    });
  });

  test.each([
    ["in its bytes", Buffer.concat([png, Buffer.from(secret)]).toString("base64")],
    [
      "in its bytes, encoded",
      Buffer.concat([png, Buffer.from(encodeURIComponent(secret))]).toString("base64"),
    ],
    ["as bytes", Buffer.concat([png, Buffer.from(secret)])],
    [
      "in its digits",
      `${Buffer.concat([png, Buffer.alloc(2)]).toString("base64")}${secret.replaceAll(/[^A-Za-z0-9+/]/g, "")}`,
    ],
  ])("withholds a picture that holds a secret %s", (_place, picture) => {
    know(secret);
    const text = serializeRedacted({ data: { "image/png": picture, "text/plain": `of ${secret}` } });
    const { data } = JSON.parse(text);
    expect(data["image/png"]).toBeUndefined();
    expect(data["text/plain"]).toMatch(/redacted|withheld/);
  });

  test("tells that a picture was withheld", () => {
    know(secret);
    const picture = Buffer.concat([png, Buffer.from(secret)]).toString("base64");
    expect(JSON.parse(serializeRedacted({ data: { "image/png": picture } }))).toEqual({
      data: { "text/plain": withheldText },
    });
  });
});
