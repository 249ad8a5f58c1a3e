import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, act } from "react";
import { type Root, createRoot } from "react-dom/client";
import { MemoryRouter } from "react-router";
import { afterEach, beforeAll, vi } from "vitest";
import { queryClient } from "../api/queries";

/** A request that the app made. */
export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
}

let root: Root | undefined;

/** To be called by a file of tests that draw: what browsers have and jsdom has not, and an end to what was drawn. */
export function drawsInJsdom(): void {
  beforeAll(() => {
    vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
    vi.stubGlobal("matchMedia", () => ({
      matches: false,
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
    }));
    Object.defineProperty(document, "fonts", { value: new EventTarget(), configurable: true });
    for (const name of ["ResizeObserver", "IntersectionObserver"]) vi.stubGlobal(name, NothingObserved);
  });
  afterEach(async () => {
    await act(async () => root?.unmount());
    root = undefined;
    queryClient.clear();
    document.body.replaceChildren();
  });
}

class NothingObserved {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

/** A number is a refusal's status. */
type Answer = object | number | Response;

/** Answers the app's requests in a server's place; those so far are in the list. */
export function serve(answer: (asked: Asked) => Answer | Promise<Answer>): Asked[] {
  const all: Asked[] = [];
  vi.stubGlobal("fetch", async (url: URL | string, init: RequestInit = {}) => {
    const body = typeof init.body === "string" ? (JSON.parse(init.body) as unknown) : undefined;
    const { pathname, searchParams } = new URL(url);
    const asked = { method: init.method ?? "GET", path: pathname, query: searchParams, body };
    all.push(asked);
    const found = await answer(asked);
    if (found instanceof Response) return found;
    return typeof found === "number" ? Response.json({}, { status: found }) : Response.json(found);
  });
  return all;
}

/** Draws this, in the place of what was drawn before, and waits for what it asks for. */
export async function draw(node: ReactNode, at = "/"): Promise<void> {
  if (!root) {
    const place = document.createElement("div");
    document.body.append(place);
    root = createRoot(place);
  }
  await act(async () =>
    root!.render(
      <MantineProvider env="test">
        <QueryClientProvider client={queryClient}>
          <MemoryRouter initialEntries={[at]}>{node}</MemoryRouter>
        </QueryClientProvider>
      </MantineProvider>,
    ),
  );
  await settled();
}

/**
 * Lets what is under way end, and what is asked for then: answers are there at once, and shown a task later. Twice, as
 * what is asked for because of an answer may be asked for only when that is shown.
 */
export async function settled(): Promise<void> {
  const isIdle = () => queryClient.isFetching() + queryClient.isMutating() === 0;
  for (let quiet = 0; quiet < 2; quiet = isIdle() ? quiet + 1 : 0) {
    await act(async () => {
      await vi.waitUntil(isIdle);
      await new Promise((resolve) => setTimeout(resolve, 0));
    });
  }
}

export function byTestId<E extends HTMLElement>(id: string): E {
  const found = document.querySelector<E>(`[data-testid="${id}"]`);
  if (!found) throw new Error(`Nothing has the test id ${id}`);
  return found;
}

export function byText<E extends HTMLElement>(selector: string, text: string): E {
  const found = [...document.querySelectorAll<E>(selector)].find((one) => one.textContent === text);
  if (!found) throw new Error(`No ${selector} says ${text}`);
  return found;
}

export async function type(field: HTMLInputElement | HTMLTextAreaElement, text: string): Promise<void> {
  // React looks past a value that a script has set by the property that it has replaced itself.
  const { set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value")!;
  await act(async () => {
    set!.call(field, text);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

export async function click(element: HTMLElement): Promise<void> {
  await act(async () => element.click());
  await settled();
}

export async function fire(element: Element, event: Event): Promise<void> {
  await act(async () => void element.dispatchEvent(event));
}
