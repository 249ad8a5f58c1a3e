/**
 * Takes every address that a style sheet could fetch out of CSS text: `url()`, the strings of `image-set()` and
 * `src()` and what could stand for one there, and `@import`. What is inside the text (`data:`) or the same document
 * (`#id`) stays.
 *
 * The text is read as CSS tokens, not searched, because CSS lets `url` be written as `\75 rl` and hides
 * look-alikes in strings and comments. Everything else, comments included, comes out byte for byte: rrweb keeps
 * marks of its own in comments.
 */
export function sanitizeCss(css: string): string {
  if (!MAY_FETCH.test(css)) return css;
  const cached = cache.get(css);
  if (cached !== undefined) return cached;
  const clean = withoutSplitTricks(css);
  remember(css, clean);
  return clean;
}

/** True if loading this address reaches nothing outside of the document. */
export function isInlineUrl(url: string): boolean {
  const bare = url.replace(/[\t\n\r\f]/g, "").trimStart();
  return /^data:/i.test(bare) || (bare.startsWith("#") && bare.length > 1);
}

/** An address that is valid and yields nothing, without a fetch. */
const NOTHING = '"data:,"';

/** The same for a font, where an empty file would be complained about. */
const NO_FONT = 'local("")';

const MAY_FETCH = /url|import|image|src|rr_split|\\/i;

const ESCAPE = String.raw`\\(?:[0-9a-f]{1,6}(?:\r\n|[ \t\n\r\f])?|[^\n\r\f0-9a-f])`;

/** Comment, string, identifier (1: `@`, 2: name, 3: opening parenthesis of a function), or structure. */
const TOKEN = new RegExp(
  [
    String.raw`\/\*[\s\S]*?(?:\*\/|$)`,
    String.raw`"(?:\\[\s\S]|[^"\\\n\r\f])*"?`,
    String.raw`'(?:\\[\s\S]|[^'\\\n\r\f])*'?`,
    String.raw`(@?)((?:[-\w\u0080-\uffff]|${ESCAPE})+)(\(?)`,
    String.raw`[(){};]`,
  ].join("|"),
  "gi",
);

/** What follows `url(` when it is well formed: a string (1 or 2) or a bare address (3), and the end. */
const URL_REST =
  /\s*(?:"((?:\\[\s\S]|[^"\\\n\r\f])*)"|'((?:\\[\s\S]|[^'\\\n\r\f])*)'|((?:\\[^\n\r\f]|[^\s"'()\\])*))\s*(?:\)|$)/y;

/** The same when it is not: everything up to the next parenthesis. */
const BROKEN_URL_REST = /(?:\\[\s\S]|[^)\\])*\)?/y;

const STRING_IS_URL = new Set(["image-set", "-webkit-image-set", "image", "src"]);

/** What may stand within these beside strings; all else, as `var()`, may bring a string from where none is an address. */
const BRINGS_NO_STRING = /^(?:url|type|calc|image-set|-webkit-image-set|image|src|(?:[a-z-]+-)?gradient)$/;

/** A function that there is not: the browser drops the whole declaration. */
const NO_FUNCTION = "none(";

/** rrweb cuts a sheet at this mark and later joins the parts: a token may hide across it. */
const SPLIT_MARK = "/* rr_split */";

function withoutSplitTricks(css: string): string {
  const clean = rewrite(css);
  if (!clean.includes(SPLIT_MARK)) return clean;
  const joined = clean.replaceAll(SPLIT_MARK, "");
  const cleanJoined = rewrite(joined);
  return cleanJoined === joined ? clean : cleanJoined;
}

function rewrite(css: string): string {
  let out = "";
  let copied = 0;
  let importFrom = -1;
  let inFontFace = false;
  const functions: string[] = [];
  TOKEN.lastIndex = 0;
  for (let token = TOKEN.exec(css); token; token = TOKEN.exec(css)) {
    const text = token[0];
    const at = token.index;
    const replace = (end: number, by: string) => {
      if (importFrom >= 0) return;
      out += css.slice(copied, at) + by;
      copied = end;
    };
    if (token[2] !== undefined) {
      const name = unescapeCss(token[2]).toLowerCase();
      if (token[1] && name === "import") {
        if (importFrom < 0) importFrom = at;
      } else if (token[1]) {
        inFontFace = name === "font-face";
      } else if (token[3] && name === "url") {
        const { address, end } = readUrl(css, TOKEN.lastIndex);
        if (!isInlineUrl(address)) replace(end, inFontFace ? NO_FONT : `url(${NOTHING})`);
        TOKEN.lastIndex = end;
      } else if (token[3]) {
        if (STRING_IS_URL.has(functions.at(-1) ?? "") && !BRINGS_NO_STRING.test(name)) {
          replace(TOKEN.lastIndex, NO_FUNCTION);
        }
        functions.push(name);
      }
    } else if (text === "(") {
      functions.push("");
    } else if (text === ")") {
      functions.pop();
    } else if (text === ";" || text === "{" || text === "}") {
      functions.length = 0;
      if (text === "}") inFontFace = false;
      if (importFrom >= 0) {
        out += css.slice(copied, importFrom);
        copied = text === ";" ? at + 1 : at;
        importFrom = -1;
      }
    } else if (text[0] === '"' || text[0] === "'") {
      const isUrl = STRING_IS_URL.has(functions.at(-1) ?? "");
      const closed = text.length > 1 && text.endsWith(text[0]!);
      if (isUrl && !isInlineUrl(unescapeCss(text.slice(1, closed ? -1 : undefined)))) {
        replace(at + text.length, NOTHING);
      }
    }
  }
  return out + css.slice(copied, importFrom >= 0 ? importFrom : undefined);
}

function readUrl(css: string, from: number): { address: string; end: number } {
  URL_REST.lastIndex = from;
  const rest = URL_REST.exec(css);
  if (rest) return { address: unescapeCss(rest[1] ?? rest[2] ?? rest[3] ?? ""), end: URL_REST.lastIndex };
  BROKEN_URL_REST.lastIndex = from;
  BROKEN_URL_REST.exec(css);
  return { address: "", end: BROKEN_URL_REST.lastIndex };
}

function unescapeCss(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(
    /\\(?:([0-9a-f]{1,6})(?:\r\n|[ \t\n\r\f])?|\r\n|[\n\r\f]|([\s\S]))/gi,
    (_, hex, char) => {
      if (!hex) return char ?? "";
      const code = Number.parseInt(hex, 16);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
    },
  );
}

/**
 * Sheets seen lately: every page of a site repeats them, and a sheet can be megabytes long. Bounded by characters
 * held; when full it starts anew, which costs no more than one pass over each sheet.
 */
const CACHED_CHARS_MAX = 16_000_000;
const cache = new Map<string, string>();
let cachedChars = 0;

function remember(css: string, clean: string): void {
  if (css.length < 2_000 || css.length > CACHED_CHARS_MAX / 4) return;
  if (cachedChars + css.length + clean.length > CACHED_CHARS_MAX) {
    cache.clear();
    cachedChars = 0;
  }
  cache.set(css, clean);
  cachedChars += css.length + clean.length;
}
