import { Api } from "./api";
import { readSnippet } from "./settings";

/** The script's entry: reads its own tag and puts the API in the page. A second script tag changes nothing. */
const script = document.currentScript;
const present: unknown = window.tapedeck;
if (script instanceof HTMLScriptElement && (!present || Array.isArray(present))) {
  const snippet = readSnippet(script);
  if (snippet) {
    const api = new Api(snippet);
    window.tapedeck = api;
    if (Array.isArray(present)) {
      api.push(...(present as unknown[][]));
    }
    void api.load();
  } else {
    console.warn(
      "tapedeck: the script tag needs data-key, and data-endpoint where its src is not …/recorder.js",
    );
  }
}

declare global {
  interface Window {
    tapedeck?: Api | unknown[][];
  }
}
