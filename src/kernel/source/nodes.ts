/** Walks over what the parser makes of a cell. */
import type { Node } from "./parse.ts";

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

export function* childrenOf(node: Node): Generator<Node> {
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) {
      for (const part of value) if (isNode(part)) yield part;
    } else if (isNode(value)) yield value;
  }
}

/** All nodes, each before those in it, in the order of the text; however deep they nest. */
export function* nodesOf(roots: readonly Node[]): Generator<Node> {
  const waiting = roots.toReversed();
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    yield node;
    for (const child of [...childrenOf(node)].reverse()) waiting.push(child);
  }
}
