// @vitest-environment jsdom
import { describe, expect, test, vi } from "vitest";
import { sessionAddress } from "../../api/client";
import type { Marker } from "../../api/types";
import { type Asked, draw, drawsInJsdom, serve, settled } from "../../test/rendering";
import { RequestDetails } from "../panel/RequestDetails";
import { findContent } from "../requestContent";
import { marker } from "./fakes";

drawsInJsdom();

const EVENTS = sessionAddress("shop", "s1").events;
const AT = 1_763_000_000_000;
const URL = "https://shop.example/pay";

const PAID: Marker = marker(AT, "request", {
  data: { method: "POST", url: `${URL}?order=***`, status: 200, durationMs: 1_200 },
});

/** A server whose session has these events. */
function serveEvents(...events: object[]): Asked[] {
  const lines = events.map((event) => `${JSON.stringify({ w: "w1", ...event })}\n`).join("");
  return serve(() => new Response(lines));
}

function plugin(...requests: object[]) {
  return { type: 6, timestamp: AT + 1_500, data: { plugin: "rrweb/network@1", payload: { requests } } };
}

function told(more: object) {
  return { name: `${URL}?order=17`, method: "POST", timestamp: AT, ...more };
}

const find = () => findContent(EVENTS, PAID, new AbortController().signal);

describe("the content of a request", () => {
  test("is looked for where its window must have told of it", async () => {
    const asked = serveEvents(plugin(told({ requestBody: "{}" })));
    await find();
    expect(asked).toHaveLength(1);
    expect(asked[0]!.path).toMatch(/\/sessions\/s1\/events$/);
    expect(Object.fromEntries(asked[0]!.query)).toEqual({
      window: "w1",
      from: String(AT - 5_000),
      to: String(AT + 31_200),
    });
  });

  test("is that of the request with the same method, answer and length, not of another one at that moment", async () => {
    const another = told({ method: "GET", responseBody: "another method" });
    const failed = told({ status: 500, duration: 1_200, responseBody: "another answer" });
    const quick = told({ status: 200, duration: 80, responseBody: "another length" });
    const paid = told({ status: 200, duration: 1_190, responseBody: "paid" });
    serveEvents(plugin(another, failed, quick, paid));
    expect(await find()).toEqual({ responseBody: "paid" });
    serveEvents(plugin(paid, { ...paid, responseBody: "which one?" }));
    expect(await find()).toBeNull();
  });

  test("is what the network plugin recorded, without what is empty", async () => {
    serveEvents(
      { type: 2, timestamp: AT, data: { node: {} } },
      plugin(
        told({
          requestHeaders: { accept: "*/*" },
          requestBody: null,
          responseHeaders: {},
          responseBody: "paid",
        }),
      ),
    );
    expect(await find()).toEqual({ requestHeaders: { accept: "*/*" }, responseBody: "paid" });
  });

  test("is what Sentry's recorder says of a span", async () => {
    const payload = {
      op: "resource.fetch",
      description: URL,
      startTimestamp: AT / 1_000,
      endTimestamp: AT / 1_000 + 1.2,
      data: { method: "POST", statusCode: 200, request: { body: { id: 7 }, size: 8 }, response: { size: 0 } },
    };
    serveEvents({ type: 5, timestamp: AT, data: { tag: "performanceSpan", payload } });
    expect(await find()).toEqual({ requestBody: { id: 7 } });
  });

  test("is that of the request itself, not of another one like it", async () => {
    serveEvents(
      plugin(told({ timestamp: AT + 40, responseBody: "the next one" })),
      plugin(told({ timestamp: AT, responseBody: "this one" })),
      plugin(told({ name: "https://shop.example/other", responseBody: "another address" })),
      plugin(told({ timestamp: AT + 500, responseBody: "a later one" })),
    );
    expect(await find()).toEqual({ responseBody: "this one" });
  });

  test("is found though the browser's timing of it, which has none, came first", async () => {
    serveEvents(
      plugin({ name: `${URL}?order=17`, timestamp: AT, entryType: "resource" }),
      plugin(told({ timestamp: AT + 3, responseBody: "paid" })),
    );
    expect(await find()).toEqual({ responseBody: "paid" });
  });

  test.each<[string, object[]]>([
    ["there is none", [plugin(told({}))]],
    ["nothing tells of it", []],
    [
      "events are of no known form",
      [
        { type: 6, data: { plugin: "rrweb/network@1", payload: { requests: [null, 7, { method: 1 }] } } },
        { type: 5, data: { tag: "performanceSpan", payload: null } },
        { type: 6, data: "network@1" },
      ],
    ],
  ])("is nothing if %s", async (_, events) => {
    serveEvents(...events);
    expect(await find()).toBeNull();
  });

  test("that could not be had is a failure", async () => {
    serve(() => 503);
    await expect(find()).rejects.toMatchObject({ status: 503 });
  });
});

describe("an opened request", () => {
  const says = () => document.body.textContent;

  test("shows headers and bodies that were kept", async () => {
    serveEvents(plugin(told({ requestHeaders: { accept: "*/*" }, responseBody: '{"paid":true}' })));
    await draw(<RequestDetails marker={PAID} eventsUrl={EVENTS} mayHaveContent />);
    await settled();
    expect(says()).toContain(`${URL}?order=***`);
    expect(says()).toMatch(/Request headers.*accept: "\*\/\*".*Response body.*paid: true/);
    expect(says()).not.toContain("Request body");
  });

  test("asks for nothing if its recorder sends none", async () => {
    const asked = serveEvents();
    await draw(<RequestDetails marker={PAID} eventsUrl={EVENTS} mayHaveContent={false} />);
    expect(asked).toEqual([]);
  });

  test("says what went wrong, and tries again", async () => {
    let isAway = true;
    serve(() => (isAway ? 404 : new Response(`${JSON.stringify(plugin(told({ responseBody: "paid" })))}\n`)));
    await draw(<RequestDetails marker={PAID} eventsUrl={EVENTS} mayHaveContent />);
    const again = await vi.waitUntil(() => document.querySelector<HTMLElement>("[role=alert] button"));
    isAway = false;
    again.click();
    await settled();
    expect(says()).toContain("Response body");
  });
});
