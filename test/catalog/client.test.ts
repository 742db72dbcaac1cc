import { describe, expect, test } from "vitest";
import { parseTableId } from "../../src/catalog/protocol/identifier.ts";
import { connectScripted, missingReply, tableReply } from "./scripted-client.ts";
import type { ReceivedRequest, Reply } from "./scripted-server.ts";

const id = parseTableId("db.t");
const conflict: Reply = { status: 409, body: { code: 409, resourceType: "TABLE", message: "exists" } };

/** One table, as a service keeps it: what each request does, apart from how it is answered. */
function oneTable() {
  let stored: Reply | undefined;
  let uuid = 0;
  return {
    put(reply: Reply) {
      stored = reply;
    },
    remove() {
      stored = undefined;
    },
    act({ method, path, body }: ReceivedRequest): Reply {
      if (path.endsWith("/tables") && method === "GET") return { body: { tables: [] } };
      if (method === "POST") {
        if (stored !== undefined) return conflict;
        uuid += 1;
        stored = tableReply(JSON.parse(body).schema.options, `uuid-${uuid}`);
        return {};
      }
      const found = stored ?? missingReply("TABLE");
      if (method === "DELETE") stored = undefined;
      return found;
    },
  };
}

describe("a create whose answer is lost", () => {
  test("has succeeded when its own table is there", async () => {
    const table = oneTable();
    const { client, lines } = await connectScripted((request) => {
      const reply = table.act(request);
      return request.method === "POST" ? { ...reply, lose: "whole answer" } : reply;
    });
    expect(await client.declareTable(id, { properties: { a: "1" } })).toMatchObject({
      properties: { a: "1" },
    });
    expect(lines().filter((line) => line.startsWith("POST"))).toHaveLength(1);
  });

  test.each([{ lose: "whole answer" }, { status: 502 }, { status: 504 }] as const)(
    "by %j is made again when a look finds nothing",
    async (fault) => {
      const table = oneTable();
      let lost = 0;
      const { client, server } = await connectScripted((request) =>
        request.method === "POST" && lost++ === 0 ? fault : table.act(request),
      );
      expect(await client.declareTable(id)).toMatchObject({ uuid: "uuid-1" });
      const methods = server.requests.slice(1).map(({ method }) => method);
      expect(methods).toEqual(["POST", "GET", "POST", "GET"]);
    },
  );

  test("has failed when the table there is another's", async () => {
    const table = oneTable();
    const { client } = await connectScripted((request) => {
      if (request.method === "POST") table.put(tableReply({ "dlf-lance.creation-uuid": "other" }));
      const reply = table.act(request);
      return request.method === "POST" ? { ...reply, status: 504 } : reply;
    });
    await expect(client.declareTable(id)).rejects.toMatchObject({ code: "TableAlreadyExists" });
  });

  test("that arrived late, after the second, is still its own", async () => {
    const table = oneTable();
    let first: ReceivedRequest | undefined;
    const { client } = await connectScripted((request) => {
      if (request.method === "POST" && first === undefined) {
        first = request;
        return { status: 502 };
      }
      if (request.method === "POST" && first !== undefined) table.act(first);
      return table.act(request);
    });
    expect(await client.declareTable(id)).toMatchObject({ uuid: "uuid-1" });
  });

  test("is unknown when the service is gone", async () => {
    const { client } = await connectScripted(() => ({ lose: "whole answer" }));
    for (const work of [() => client.declareTable(id), () => client.createNamespace("db")]) {
      await expect(work()).rejects.toMatchObject({
        code: "CommitUnknown",
        message: expect.stringContaining("look before trying again"),
      });
    }
  });

  test("is the same for a database", async () => {
    let options: Record<string, string> | undefined;
    const { client, lines } = await connectScripted(({ method, body }) => {
      if (method === "POST") options = JSON.parse(body).options;
      if (options === undefined) return missingReply("DATABASE");
      return method === "POST" ? { lose: "whole answer" } : { body: { name: "db", options } };
    });
    expect(await client.createNamespace("db", { properties: { a: "1" } })).toEqual({
      name: "db",
      properties: { a: "1" },
    });
    expect(lines().filter((line) => line.startsWith("POST"))).toHaveLength(1);
  });
});

describe("a drop whose answer is lost", () => {
  const dropped = (
    method: string,
    table: ReturnType<typeof oneTable>,
    reply: Reply,
    request: ReceivedRequest,
  ) => (method === request.method ? { ...table.act(request), ...reply } : table.act(request));

  test("has succeeded when nothing is there any more", async () => {
    const table = oneTable();
    table.put(tableReply());
    const { client, lines } = await connectScripted((request) =>
      dropped("DELETE", table, { lose: "whole answer" }, request),
    );
    await client.dropTable(id);
    expect(lines().filter((line) => line.startsWith("DELETE"))).toHaveLength(1);
  });

  test("leaves alone a table that another made meanwhile", async () => {
    const table = oneTable();
    table.put(tableReply({}, "old"));
    const { client, lines } = await connectScripted((request) => {
      const reply = table.act(request);
      if (request.method !== "DELETE") return reply;
      table.put(tableReply({}, "new"));
      return { lose: "whole answer" };
    });
    await client.dropTable(id);
    expect(lines().filter((line) => line.startsWith("DELETE"))).toHaveLength(1);
    expect(await client.getTable(id)).toMatchObject({ uuid: "new" });
  });

  test("is made again when the table is still there", async () => {
    const table = oneTable();
    table.put(tableReply());
    let lost = 0;
    const { client, lines } = await connectScripted((request) => {
      if (request.method === "DELETE" && lost++ === 0) return { status: 504 };
      return table.act(request);
    });
    await client.dropTable(id);
    expect(lines().filter((line) => line.startsWith("DELETE"))).toHaveLength(2);
    expect(await client.tableExists(id)).toBe(false);
  });

  test("of a database checks again that it is empty", async () => {
    let tables: string[] = [];
    let deletes = 0;
    const { client } = await connectScripted(({ method, path }) => {
      if (path.endsWith("/tables")) return { body: { tables } };
      if (/(?:views|functions)$/.test(path)) return { status: 404 };
      if (method !== "DELETE") return { body: { name: "db" } };
      deletes += 1;
      tables = ["late"];
      return { status: 504 };
    });
    await expect(client.dropNamespace("db")).rejects.toMatchObject({ code: "NamespaceNotEmpty" });
    expect(deletes).toBe(1);
  });
});

describe("dropping a database with Restrict", () => {
  const contents = (content: Record<string, object>) => (request: ReceivedRequest) => {
    const kind = request.path.split("/").at(-1) ?? "";
    if (request.method === "DELETE") throw new Error("must not be sent");
    return { body: content[kind] ?? { name: "db" } };
  };

  test.each([
    ["tables", { tables: { tables: ["found"] } }],
    ["views", { tables: { tables: [] }, views: { views: ["found"] } }],
    ["functions", { tables: {}, views: {}, functions: { functions: ["found"] } }],
  ])("is refused while it has %s", async (_, content) => {
    const { client, server } = await connectScripted(contents(content));
    await expect(client.dropNamespace("db")).rejects.toMatchObject({
      code: "NamespaceNotEmpty",
      message: expect.stringContaining("found is still in it"),
    });
    expect(server.requests.find(({ path }) => path.endsWith("/tables"))?.query).toEqual({ maxResults: "1" });
  });

  test("is refused when a later page has a table", async () => {
    const { client } = await connectScripted(({ path, query, method }) => {
      if (!path.endsWith("/tables")) return method === "DELETE" ? { status: 500 } : { body: { name: "db" } };
      return {
        body: query.pageToken === undefined ? { tables: [], nextPageToken: "2" } : { tables: ["found"] },
      };
    });
    await expect(client.dropNamespace("db")).rejects.toMatchObject({ code: "NamespaceNotEmpty" });
  });

  test("is refused when nobody can tell whether it is empty", async () => {
    const { client, lines } = await connectScripted(({ path }) =>
      path.endsWith("/views") ? { status: 403 } : { body: { name: "db", tables: [] } },
    );
    await expect(client.dropNamespace("db")).rejects.toMatchObject({ code: "PermissionDenied" });
    expect(lines().some((line) => line.startsWith("DELETE"))).toBe(false);
  });
});

test("a 404 that does not tell what is missing is settled by asking for the database", async () => {
  const { client } = await connectScripted(({ path }) => {
    if (path.endsWith("/databases")) return { body: { databases: ["dbs"] } };
    return path.endsWith("/tables") ? missingReply("DATABASE") : missingReply(null);
  });
  await expect(client.getTable(id)).rejects.toMatchObject({
    code: "NamespaceNotFound",
    message: "Cannot open table db.t: no namespace db in catalog lake; did you mean dbs?",
  });
});

test.each([
  ["t", ["other", "t1"], "did you mean db.t1?"],
  ["slaes", ["other", "sales"], "did you mean db.sales?"],
  ["asles", ["scale", "sales"], "did you mean db.sales?"],
  ["saesl", ["sales", "lease"], 'listTables("db") lists them'],
  ["selas", ["sales", "lease"], 'listTables("db") lists them'],
])("table %s that is missing is told with the nearest name", async (name, tables, next) => {
  const { client } = await connectScripted(({ path }) =>
    path.endsWith("/tables") ? { body: { tables } } : missingReply("TABLE"),
  );
  await expect(client.getTable({ ...id, table: name })).rejects.toMatchObject({
    code: "TableNotFound",
    message: `Cannot open table db.${name}: no such table in catalog lake; ${next}`,
  });
});

test("a service without credentials for a table is told from a table that is missing", async () => {
  const { client } = await connectScripted(() => ({ status: 404 }));
  await expect(client.vendCredentials(id)).rejects.toMatchObject({ code: "Unsupported" });
});

test("a table without a type is no Lance table", async () => {
  const { client } = await connectScripted(() => ({ body: { path: "oss://b/t", schema: { options: {} } } }));
  await expect(client.getTable(id)).rejects.toMatchObject({
    code: "TableNotFound",
    message: expect.stringContaining("of type table"),
  });
});

test("a table without a path is refused", async () => {
  const { client } = await connectScripted(() => ({
    body: { schema: { options: { type: "lance-table" } } },
  }));
  await expect(client.getTable(id)).rejects.toMatchObject({ code: "Internal" });
});

test.each(["type", "path", "dlf-lance.creation-uuid"])("property %s is not a caller's", async (key) => {
  const { client, lines } = await connectScripted(() => ({}));
  await expect(client.declareTable(id, { properties: { [key]: "x" } })).rejects.toMatchObject({
    code: "InvalidInput",
  });
  expect(lines()).toEqual([]);
});

test.each([500, 503, 409])("a commit is told again after status %i, under the same mark", async (status) => {
  const { client, server } = await connectScripted((_, count) => (count < 4 ? { status } : {}));
  await client.notifyCommit(id);
  const bodies = server.requests.slice(1).map(({ body }) => body);
  expect(bodies).toHaveLength(4);
  expect(new Set(bodies).size).toBe(1);
  expect(JSON.parse(bodies[0] ?? "")).toEqual({
    changes: [
      { action: "setOption", key: "dlf.lance.commit-uuid", value: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    ],
  });
});

test("callers with keys that look alike have different identities", async () => {
  const options = (key: string) => ({ config: { "dlf.access-key-id": key } });
  const one = await connectScripted(() => ({}), options("LTAI5tAAAAAAAAAAAAAAAA99"));
  const two = await connectScripted(() => ({}), options("LTAI5tBBBBBBBBBBBBBBBB99"));
  const [first, second] = [one, two].map(({ client, server }) =>
    client.namespaceId().replace(new URL(server.uri).host, "HOST"),
  );
  expect(first).toMatch(/^lake at HOST as LTAI5t…99 \([0-9a-f]{8}\)$/);
  expect(second).not.toBe(first);
});
