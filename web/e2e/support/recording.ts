/** Recordings made by hand, for what no browser would record. */

export interface Serialized {
  readonly type: number;
  readonly id: number;
  readonly [name: string]: unknown;
}

let lastId = 100;

export function element(
  tagName: string,
  attributes: Record<string, unknown> = {},
  ...children: (Serialized | string)[]
): Serialized {
  const childNodes = children.map((child) => (typeof child === "string" ? text(child) : child));
  return { type: 2, tagName, attributes, childNodes, id: ++lastId };
}

export function svg(
  tagName: string,
  attributes: Record<string, unknown> = {},
  ...children: Serialized[]
): Serialized {
  return { ...element(tagName, attributes, ...children), isSVG: true };
}

export function text(textContent: string): Serialized {
  return { type: 3, textContent, id: ++lastId };
}

export const BODY_ID = 4;

/** A Meta event and a full snapshot of a page with these nodes. */
export function page(at: number, body: readonly Serialized[], head: readonly Serialized[] = []): unknown[] {
  const html = {
    type: 2,
    tagName: "html",
    attributes: {},
    id: 2,
    childNodes: [
      { type: 2, tagName: "head", attributes: {}, childNodes: head, id: 3 },
      { type: 2, tagName: "body", attributes: {}, childNodes: body, id: BODY_ID },
    ],
  };
  return [
    { type: 4, data: { href: "http://hostile.test/", width: 800, height: 600 }, timestamp: at },
    {
      type: 2,
      data: { node: { type: 0, childNodes: [html], id: 1 }, initialOffset: { left: 0, top: 0 } },
      timestamp: at + 1,
    },
  ];
}

/** Nodes that come later, at the end of the body. */
export function added(at: number, ...nodes: Serialized[]): unknown {
  const adds = nodes.map((node) => ({ parentId: BODY_ID, nextId: null, node }));
  return { type: 3, data: { source: 0, texts: [], attributes: [], removes: [], adds }, timestamp: at };
}

/** Attributes that change later. */
export function changed(at: number, id: number, attributes: Record<string, unknown>): unknown {
  const data = { source: 0, texts: [], attributes: [{ id, attributes }], removes: [], adds: [] };
  return { type: 3, data, timestamp: at };
}

export function custom(at: number, tag: string, payload: unknown): unknown {
  return { type: 5, data: { tag, payload }, timestamp: at };
}

export function plugin(at: number, name: string, payload: unknown): unknown {
  return { type: 6, data: { plugin: name, payload }, timestamp: at };
}
