import { ask } from "../api/client";
import type { Marker } from "../api/types";
import { EventType, type Json } from "../player/events";
import { LineSplitter } from "../player/ndjson";
import { numberOf, textOf } from "./markers";

/** What a recorder kept of a request beside what its marker says; only what there is. */
export interface RequestContent {
  requestHeaders?: unknown;
  requestBody?: unknown;
  responseHeaders?: unknown;
  responseBody?: unknown;
}

/** A request as the page made it, in the words of whichever recorder. */
interface Told {
  at: number;
  url: string;
  method: unknown;
  status: unknown;
  durationMs: number;
  content: RequestContent;
}

/** Recorders tell of a request when it has been answered, or a while later. */
const TOLD_WITHIN_MS = 30_000;
/** Clocks of page and recorder are not quite the same. */
const TOLD_BEFORE_MS = 5_000;
/** What the browser and the page call the start of a request is not quite the same: the server's bound. */
const APART_MS_MAX = 100;
const AGE_MS_MAX = 24 * 3_600_000;

/** The lines that are worth parsing, of what may be many MB. */
const MAY_TELL = /network@1|performanceSpan/;

/**
 * Looks for a request in the events of its window, from when it began until it must have been told of. Fails with an
 * {@link ApiError}; null if its headers and bodies were not recorded, not kept, or might be another request's.
 */
export async function findContent(
  eventsUrl: string,
  marker: Marker,
  signal: AbortSignal,
): Promise<RequestContent | null> {
  const lastedMs = numberOf(marker, "durationMs") ?? marker.durationMs ?? 0;
  const range = new URLSearchParams({
    window: marker.window,
    from: String(Math.max(0, marker.at - TOLD_BEFORE_MS)),
    to: String(Math.ceil(marker.at + lastedMs + TOLD_WITHIN_MS)),
  });
  const { body } = await ask(`${eventsUrl}?${range}`, { signal });
  if (!body) return null;
  const url = withoutQuery(textOf(marker, "url"));
  let nearest: Told | null = null;
  let isAmbiguous = false;
  for await (const line of linesOf(body)) {
    if (!MAY_TELL.test(line)) continue;
    for (const told of toldBy(parse(line))) {
      if (withoutQuery(told.url) !== url || !mayBe(told, marker)) continue;
      const further = nearest ? distance(told, marker, lastedMs) - distance(nearest, marker, lastedMs) : -1;
      isAmbiguous = further === 0 || (isAmbiguous && further > 0);
      if (further < 0) nearest = told;
    }
  }
  return nearest && !isAmbiguous && Object.keys(nearest.content).length > 0 ? nearest.content : null;
}

function mayBe({ at, method, status }: Told, marker: Marker): boolean {
  const differs = (told: unknown, name: string) =>
    told !== undefined && marker.data?.[name] !== undefined && told !== marker.data[name];
  return Math.abs(at - marker.at) <= APART_MS_MAX && !differs(method, "method") && !differs(status, "status");
}

/** How unlike their times are: of requests to one address at one moment, the one that took as long is meant. */
function distance({ at, durationMs }: Told, marker: Marker, lastedMs: number): number {
  return Math.abs(at - marker.at) + (Number.isNaN(durationMs) ? 0 : Math.abs(durationMs - lastedMs));
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const splitter = new LineSplitter();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    yield* splitter.push(piece.value);
  }
}

/** Recordings are hostile input: what has another form than expected is passed over. */
function parse(line: string): Json {
  try {
    return asObject(JSON.parse(line));
  } catch {
    return {};
  }
}

/** The requests that an event tells of as the page made them; as the browser timed them they have no content. */
function toldBy(event: Json): Told[] {
  const data = asObject(event["data"]);
  const payload = asObject(data["payload"]);
  const toldAt = Number(event["timestamp"]);
  if (event["type"] === EventType.Plugin && Array.isArray(payload["requests"])) {
    return payload["requests"]
      .map(asObject)
      .filter(({ method }) => typeof method === "string")
      .map((request) => toldByPlugin(request, toldAt));
  }
  return event["type"] === EventType.Custom && data["tag"] === "performanceSpan"
    ? [toldBySentry(payload, toldAt)]
    : [];
}

/** `rrweb/network@1`, in the forms of rrweb, PostHog and Mixpanel. */
function toldByPlugin(request: Json, toldAt: number): Told {
  const { timestamp, timeOrigin, startTime } = request;
  const startedAt = typeof timestamp === "number" ? timestamp : Number(timeOrigin) + Number(startTime);
  return {
    at: startOf(startedAt, toldAt),
    url: String(request["name"] ?? request["url"] ?? ""),
    method: request["method"],
    status: request["status"],
    durationMs: Number(request["duration"] ?? Number(request["endTime"]) - Number(request["startTime"])),
    content: contentOf(
      { headers: request["requestHeaders"], body: request["requestBody"] },
      { headers: request["responseHeaders"], body: request["responseBody"] },
    ),
  };
}

function toldBySentry(span: Json, toldAt: number): Told {
  const data = asObject(span["data"]);
  return {
    at: startOf(Number(span["startTimestamp"]) * 1_000, toldAt),
    url: String(span["description"] ?? ""),
    method: data["method"],
    status: data["statusCode"],
    durationMs: (Number(span["endTimestamp"]) - Number(span["startTimestamp"])) * 1_000,
    content: contentOf(asObject(data["request"]), asObject(data["response"])),
  };
}

/** When a request began, as the server finds it for the marker. */
function startOf(startedAt: number, toldAt: number): number {
  return startedAt > 0 && Math.abs(startedAt - toldAt) <= AGE_MS_MAX ? Math.trunc(startedAt) : toldAt;
}

function contentOf(request: Json, response: Json): RequestContent {
  const parts = {
    requestHeaders: request["headers"],
    requestBody: request["body"],
    responseHeaders: response["headers"],
    responseBody: response["body"],
  };
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => !isEmpty(part)));
}

function isEmpty(part: unknown): boolean {
  if (part === undefined || part === null || part === "") return true;
  return typeof part === "object" && Object.keys(part).length === 0;
}

/** Markers mask the values of queries and drop user names; events have them if the project keeps them. */
function withoutQuery(url: string): string {
  return url
    .trim()
    .replace(/[?#].*$/s, "")
    .replace(/\/\/[^/\\]*@/, "//");
}

function asObject(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}
