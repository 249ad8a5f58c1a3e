/** One node of a page, reduced to what a replay has to show of it. */
export interface DomNode {
  /** Element name in lower case, or `#text`, `#document`, `#shadow`. */
  readonly name: string;
  readonly text?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly value?: string;
  readonly checked?: boolean;
  readonly scroll?: readonly [number, number];
  readonly children: readonly DomNode[];
}

/**
 * Reads a document in the browser; handed over by `evaluate`, so it must not use anything from outside. `side` says
 * whether this is the page itself, of which it predicts what the recorder masks, or its replay.
 *
 * What recorder, rrweb and the app's sanitiser change by intent, and is therefore not compared:
 * - scripts, preloads of scripts, comments, and what a head says to robots and social networks are not recorded; where other
 *   recorders record that there was a script, rrweb shows an empty `noscript`;
 * - style sheets are inlined: a `link` becomes a `style`, whose text is the browser's own writing of the rules;
 * - rrweb adds a `style` of its own beside the head, the classes `:hover` and `rrweb-paused`, and marks as `rr_*` and `data-rr-*`;
 * - rrweb turns `autocomplete` off in its replay;
 * - the app takes out what could load, navigate, submit or run (see DROPPED, ADDRESSES), and `url()` in styles;
 * - attributes that only say what a control began with (`value`, `checked`, `selected`): the live state is compared;
 * - a masked value that a control cannot hold (stars in a date) shows as none.
 */
export function readDom(document: Document, side: "page" | "replay"): DomNode {
  const DROPPED =
    /^(on.*|rr_.*|data-rr-.*|accesskey|action|autocomplete|autofocus|autoplay|formaction|formtarget|http-equiv|imagesrcset|integrity|nonce|ping|sandbox|srcdoc|srcset|target|value|checked|selected)$/;
  const ADDRESSES = /^(src|href|xlink:href|poster|background|data)$/;
  const UNHOLDABLE = /^(color|date|datetime-local|file|month|number|range|time|week)$/;
  const CHOICES = /^(checkbox|radio)$/;
  const BUTTONS = /^(submit|button|reset|image)$/;

  const isSkipped = (node: Node): boolean => {
    if (node.nodeType === 8) return true;
    if (node.nodeType !== 1) return false;
    const element = node as Element;
    const name = element.localName;
    if (name === "script" || name === "base") return true;
    if (name === "noscript" && side === "replay")
      return /^(SCRIPT_PLACEHOLDER)?$/.test(element.textContent ?? "");
    if (name === "link") return !/\bstylesheet\b/.test(element.getAttribute("rel") ?? "");
    if (name === "meta") return element.getAttribute("name") !== "viewport";
    return side === "replay" && name === "style" && element.parentElement?.localName === "html";
  };

  const isMasked = (element: Element | null) =>
    side === "page" &&
    element?.closest('[contenteditable]:not([contenteditable="false"]),.td-mask,[data-td-mask]') != null;

  const stars = (text: string) => text.replace(/\S/g, "*");

  const attributesOf = (element: Element): Record<string, string> => {
    const result: Record<string, string> = {};
    if (element.localName === "link" || element.localName === "style") return result;
    for (const { name, value } of element.attributes) {
      if (DROPPED.test(name)) continue;
      if (name === "class") {
        const classes = [...element.classList].filter((one) => one !== ":hover" && one !== "rrweb-paused");
        if (classes.length > 0) result.class = classes.join(" ");
      } else if (name === "style") {
        const css = (element as HTMLElement).style.cssText.replace(/url\([^)]*\)/g, "url()");
        if (css) result.style = css;
      } else if (!ADDRESSES.test(name)) {
        result[name] = value;
      }
    }
    return result;
  };

  const stateOf = (element: Element): Pick<DomNode, "value" | "checked"> => {
    const name = element.localName;
    const input = element as HTMLInputElement;
    if (name === "input" && CHOICES.test(input.type)) return { checked: input.checked };
    if (name === "input" && UNHOLDABLE.test(input.type)) return {};
    if ((name === "input" && !BUTTONS.test(input.type)) || name === "textarea") {
      return { value: side === "page" ? "*".repeat(input.value.length) : input.value };
    }
    return {};
  };

  const childrenOf = (parent: Node): DomNode[] => {
    const host = parent.nodeType === 1 ? (parent as Element) : null;
    if (host && /^(link|style|textarea)$/.test(host.localName)) return [];
    const children: DomNode[] = [];
    let text = "";
    const endText = () => {
      const isBlankHead = host?.localName === "head" && text.trim() === "";
      if (text !== "" && !isBlankHead) {
        children.push({ name: "#text", text: isMasked(host) ? stars(text) : text, children: [] });
      }
      text = "";
    };
    for (const child of parent.childNodes) {
      if (isSkipped(child) || child.nodeType === 10) continue;
      if (child.nodeType === 3 || child.nodeType === 4) {
        text += child.nodeValue ?? "";
      } else {
        endText();
        children.push(read(child as Element));
      }
    }
    endText();
    if (host?.shadowRoot) children.push({ name: "#shadow", children: childrenOf(host.shadowRoot) });
    const inner = host?.localName === "iframe" ? (host as HTMLIFrameElement).contentDocument : null;
    if (inner?.documentElement) children.push({ name: "#document", children: [read(inner.documentElement)] });
    return children;
  };

  const read = (element: Element): DomNode => {
    const isSheet = element.localName === "link" || element.localName === "style";
    const scroll = [Math.round(element.scrollLeft), Math.round(element.scrollTop)] as const;
    return {
      name: isSheet ? "style" : element.localName,
      attributes: attributesOf(element),
      ...stateOf(element),
      ...(scroll[0] || scroll[1] ? { scroll } : {}),
      children: childrenOf(element),
    };
  };

  return { name: "#document", children: [read(document.documentElement)] };
}

/** Rounding of a scaled replay. */
const SCROLL_PX_MAX = 2;

/** What differs, as lines that say where: empty where the replay shows the page. */
export function compareDom(page: DomNode, replay: DomNode, path = page.name): string[] {
  if (page.name !== replay.name) {
    return [`${path}: <${page.name}> of the page is <${replay.name}> in the replay`];
  }
  const differences: string[] = [];
  const differ = (what: string, of: unknown, inReplay: unknown) => {
    if (of !== inReplay) {
      differences.push(`${path}: ${what} ${JSON.stringify(of)} is ${JSON.stringify(inReplay)} in the replay`);
    }
  };
  differ("text", page.text, replay.text);
  differ("value", page.value, replay.value);
  differ("checked", page.checked, replay.checked);
  const names = new Set([...Object.keys(page.attributes ?? {}), ...Object.keys(replay.attributes ?? {})]);
  names.forEach((name) => differ(`attribute ${name}`, page.attributes?.[name], replay.attributes?.[name]));
  const [left, top] = page.scroll ?? [0, 0];
  const [leftInReplay, topInReplay] = replay.scroll ?? [0, 0];
  if (Math.abs(left - leftInReplay) > SCROLL_PX_MAX || Math.abs(top - topInReplay) > SCROLL_PX_MAX) {
    differ("scroll", `${left},${top}`, `${leftInReplay},${topInReplay}`);
  }
  if (page.children.length !== replay.children.length) {
    differences.push(`${path}: children ${outline(page)} are ${outline(replay)} in the replay`);
    return differences;
  }
  page.children.forEach((child, index) => {
    const step = child.name === "#text" ? "#text" : child.name + label(child);
    differences.push(...compareDom(child, replay.children[index]!, `${path} > ${step}[${index}]`));
  });
  return differences;
}

/** The same without text that is nothing but white space, which some recorders hide as they hide other text. */
export function withoutBlankText(node: DomNode): DomNode {
  const children = node.children.filter(({ name, text }) => name !== "#text" || text?.trim() !== "");
  return { ...node, children: children.map(withoutBlankText) };
}

/** The same without what the options of lists say: Sentry's SDK masks what can be chosen as it masks what is typed. */
export function withoutOptions(node: DomNode): DomNode {
  return { ...node, children: node.name === "option" ? [] : node.children.map(withoutOptions) };
}

/** How many nodes there are, itself included. */
export function countNodes(node: DomNode): number {
  return node.children.reduce((count, child) => count + countNodes(child), 1);
}

function outline(node: DomNode): string {
  const names = node.children.map((child) =>
    child.name === "#text" ? JSON.stringify(child.text) : child.name,
  );
  return `[${names.slice(0, 40).join(" ")}] (${names.length})`;
}

function label(node: DomNode): string {
  const id = node.attributes?.id;
  return id ? `#${id}` : "";
}
