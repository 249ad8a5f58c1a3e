import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, act } from "react";
import { createRoot } from "react-dom/client";
import { type InitialEntry, MemoryRouter } from "react-router";
import { onTestFinished, vi } from "vitest";
import type { Marker } from "../../api/types";
import { FIRST_STATE, type PlayerState } from "../../player/playerState";
import type { SessionPlayer } from "../../player/sessionPlayer";

/** Draws a view as the app does, and says how to draw another in its place; ends with the test. */
export async function mount(
  view: ReactNode,
  at: InitialEntry = "/",
): Promise<(view: ReactNode) => Promise<void>> {
  standInForLayout();
  const root = createRoot(document.body.appendChild(document.createElement("div")));
  onTestFinished(async () => {
    await act(async () => root.unmount());
    document.body.replaceChildren();
    vi.unstubAllGlobals();
  });
  const client = new QueryClient();
  const draw = (next: ReactNode) =>
    act(async () =>
      root.render(
        <MantineProvider theme={{ respectReducedMotion: true }}>
          <QueryClientProvider client={client}>
            <MemoryRouter initialEntries={[at]}>{next}</MemoryRouter>
          </QueryClientProvider>
        </MantineProvider>,
      ),
    );
  await draw(view);
  return draw;
}

/** jsdom lays nothing out: every element is as high as a panel, and nothing moves. */
function standInForLayout(): void {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  vi.stubGlobal("matchMedia", () => ({ matches: true, addEventListener() {}, removeEventListener() {} }));
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  );
  vi.spyOn(Element.prototype, "clientHeight", "get").mockReturnValue(600);
}

/** The one element with this test id. */
export function find(testId: string): HTMLElement {
  const found = document.querySelectorAll<HTMLElement>(`[data-testid="${testId}"]`);
  if (found.length !== 1) throw new Error(`${found.length} elements are ${testId}`);
  return found[0]!;
}

/** The button with this name or text, if there is one. */
export function button(name: string): HTMLElement | undefined {
  return [...document.querySelectorAll("button")].find(
    (one) => one.getAttribute("aria-label") === name || one.textContent === name,
  );
}

export function fire(target: Element | undefined, event: Event): Promise<void> {
  if (!target) throw new Error("nothing to fire at");
  return act(async () => void target.dispatchEvent(event));
}

export function click(target: Element | undefined): Promise<void> {
  return fire(target, new MouseEvent("click", { bubbles: true, cancelable: true }));
}

/** What views see of a player that stands still. */
export function playerAt(state: Partial<PlayerState> = {}): SessionPlayer {
  const whole = { ...FIRST_STATE, ...state };
  const player: Partial<SessionPlayer> = {
    originAt: 0,
    positionMs: whole.positionMs,
    state: whole,
    subscribe: () => () => undefined,
  };
  return player as SessionPlayer;
}

export function marker(at: number, kind: Marker["kind"], more: Partial<Marker> = {}): Marker {
  return { at, window: "w1", kind, title: "", ...more };
}
