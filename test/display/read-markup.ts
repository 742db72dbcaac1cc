/**
 * A strict reader of markup: throws on anything a browser would have to guess about, so that what it accepts means the
 * same to every browser. Knows only the tags and attributes that a display may use.
 */
export interface Element {
  readonly tag: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: (Element | string)[];
}

const allowed: Readonly<Record<string, readonly string[]>> = {
  div: ["style", "title"],
  span: ["style", "title"],
  i: ["style"],
  ul: ["style"],
  li: ["style"],
  strong: [],
  b: [],
  progress: ["max", "value", "style"],
  style: [],
  table: ["class", "style"],
  thead: [],
  tbody: [],
  tr: ["style"],
  th: ["style", "scope", "align"],
  td: ["style", "colspan", "align"],
  img: ["src", "width", "height", "alt", "title", "style"],
  details: [],
  summary: ["style"],
  pre: ["style"],
};
const entities: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&#96;": "`",
};

export function readMarkup(markup: string): Element {
  const root: Element = { tag: "root", attributes: new Map(), children: [] };
  const open: Element[] = [root];
  const token = /<(\/?)([a-z]+)((?: [a-z]+="[^"<>]*")*)>|([^<>]+)/y;
  while (token.lastIndex < markup.length) {
    const at = token.lastIndex;
    const found = token.exec(markup);
    if (found === null) throw new Error(`not plain markup at ${at}: ${markup.slice(at, at + 80)}`);
    const [, slash, tag, attributes = "", text] = found;
    const parent = open.at(-1) ?? root;
    if (text !== undefined) parent.children.push(decode(text));
    else if (tag === undefined || allowed[tag] === undefined) throw new Error(`tag ${tag} is not expected`);
    else if (slash === "/") {
      if (parent.tag !== tag) throw new Error(`</${tag}> closes <${parent.tag}>`);
      open.pop();
    } else {
      const element: Element = { tag, attributes: readAttributes(tag, attributes), children: [] };
      parent.children.push(element);
      if (tag !== "img") open.push(element);
    }
  }
  if (open.length !== 1) throw new Error(`<${open.at(-1)?.tag}> is not closed`);
  return root;
}

function readAttributes(tag: string, source: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name = "", value = ""] of source.matchAll(/ ([a-z]+)="([^"]*)"/g)) {
    if (!allowed[tag]?.includes(name)) throw new Error(`attribute ${name} is not expected on <${tag}>`);
    if (attributes.has(name)) throw new Error(`attribute ${name} twice on <${tag}>`);
    attributes.set(name, decode(value));
  }
  const source_ = attributes.get("src");
  if (
    source_ !== undefined &&
    !/^data:image\/(png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=]+$/.test(source_)
  ) {
    throw new Error(`picture from ${source_}`);
  }
  return attributes;
}

function decode(text: string): string {
  return text.replace(/&[^;]*;?/g, (entity) => {
    const decoded = entities[entity];
    if (decoded === undefined) throw new Error(`entity ${entity} is not expected`);
    return decoded;
  });
}

export function findAll(element: Element, tag: string): Element[] {
  return element.children.flatMap((child) =>
    typeof child === "string" ? [] : [...(child.tag === tag ? [child] : []), ...findAll(child, tag)],
  );
}

export function textOf(element: Element): string {
  return element.children.map((child) => (typeof child === "string" ? child : textOf(child))).join("");
}
