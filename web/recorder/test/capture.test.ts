// @vitest-environment jsdom
import { afterEach, expect, test, vi } from "vitest";
import { captureConsole, type ConsoleMessage } from "../src/capture/console";
import { captureErrors, type PageError } from "../src/capture/errors";
import { captureNavigation, type Navigation } from "../src/capture/navigation";
import { captureNetwork, type EndedRequest } from "../src/capture/network";
import { patch } from "../src/capture/patch";
import { stringify } from "../src/capture/stringify";

let stop = () => {};
afterEach(() => stop());

test("console messages are reported and still reach the console", () => {
  const original = vi.spyOn(console, "warn").mockImplementation(() => {});
  const messages: ConsoleMessage[] = [];
  stop = captureConsole((message) => messages.push(message));
  console.warn("low stock", { left: 2 });
  expect(original).toHaveBeenCalledWith("low stock", { left: 2 });
  expect(messages).toMatchObject([{ level: "warn", payload: ['"low stock"', '{"left":2}'] }]);
  expect(messages[0]!.trace[0]).toContain("capture.test");
});

test("stacks are reported without the queries of the page's address", () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const thrown = new Error("no rate");
  const stack = "Error: no rate\n    at f (https://shop.test/reset?token=secret:3:4)";
  thrown.stack = stack;

  const messages: ConsoleMessage[] = [];
  stop = captureConsole((message) => messages.push(message));
  const captureStackTrace = vi.spyOn(Error, "captureStackTrace").mockImplementation((holder) => {
    (holder as Error).stack = stack;
  });
  console.error(thrown);
  captureStackTrace.mockRestore();
  stop();

  const errors: PageError[] = [];
  stop = captureErrors((error) => errors.push(error));
  window.dispatchEvent(new ErrorEvent("error", { error: thrown, message: "no rate" }));

  expect(messages[0]!.trace).toEqual(["at f (https://shop.test/reset:3:4)"]);
  expect(messages[0]!.payload[0]).toContain("(https://shop.test/reset:3:4)");
  expect(errors[0]!.stack).toBe("Error: no rate\n    at f (https://shop.test/reset:3:4)");
});

test("a message written while reporting, or a report that fails, does no harm", () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  let reports = 0;
  stop = captureConsole(() => {
    reports++;
    console.log("from within");
    throw new Error("broken report");
  });
  console.log("once");
  expect(reports).toBe(1);
});

test("a page that logs in a loop is reported up to a bound", () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  vi.useFakeTimers({ now: 0 });
  let reports = 0;
  stop = captureConsole(() => reports++);
  for (let i = 0; i < 1_000; i++) {
    console.log(i);
  }
  expect(reports).toBe(300);
  vi.useRealTimers();
});

test("stopping gives the functions back, and leaves what others have wrapped since", () => {
  const target = { method: () => "original" };
  const { method } = target;
  const undo = patch(target, "method", (original) => () => `ours(${original()})`);
  undo();
  expect(target.method).toBe(method);

  const undoBelow = patch(target, "method", (original) => () => `ours(${original()})`);
  const ours = target.method;
  target.method = () => `theirs(${ours()})`;
  undoBelow();
  expect(target.method()).toBe("theirs(ours(original))");
});

test("a fetch is reported with its masked address, and ends as it would have", async () => {
  const answers = [
    Promise.resolve(new Response("ok", { status: 201 })),
    Promise.reject(new TypeError("offline")),
  ];
  vi.stubGlobal("fetch", () => answers.shift());
  const requests: EndedRequest[] = [];
  stop = captureNetwork((request) => requests.push(request));
  expect((await fetch("/api/cart?id=7", { method: "post" })).status).toBe(201);
  await expect(fetch("/api/cart")).rejects.toThrow("offline");
  expect(requests).toMatchObject([
    { name: expect.stringMatching(/\/api\/cart\?id=\*\*\*$/) as string, method: "POST", status: 201 },
    { method: "GET", status: 0 },
  ]);
  stop();
  vi.unstubAllGlobals();
});

test("changes of the address are reported once each", () => {
  const seen: Navigation[] = [];
  stop = captureNavigation((navigation) => seen.push(navigation));
  history.pushState({}, "", "/cart?step=1");
  history.replaceState({}, "", "/cart?step=1");
  history.replaceState({}, "", "/cart?step=2");
  expect(seen.map(({ kind, href }) => [kind, new URL(href).pathname])).toEqual([
    ["push", "/cart"],
    ["replace", "/cart"],
  ]);
});

test("anything can be written as JSON, within bounds", () => {
  const cycle: Record<string, unknown> = { name: "a" };
  cycle.self = cycle;
  expect(stringify(cycle)).toBe('{"name":"a","self":"[circular]"}');
  expect(stringify(undefined)).toBe('"undefined"');
  expect(stringify(10n)).toBe('"10"');
  expect(
    stringify({
      get bad() {
        throw new Error();
      },
      ok: 1,
    }),
  ).toBe('{"bad":"[unreadable]","ok":1}');
  expect(stringify(new Map([["k", [1]]]))).toBe('{"0":["k",[1]]}');
  expect(stringify(document.createElement("p"))).toBe('"<p>"');
  expect(stringify(new Float32Array(3))).toBe('"[Float32Array of 12 bytes]"');
  expect(stringify("x".repeat(100_000)).length).toBeLessThan(2_100);
  expect(stringify(Array.from({ length: 10_000 }, () => "y".repeat(1_000))).length).toBeLessThan(12_000);
});
