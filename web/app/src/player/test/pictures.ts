import { EventType, type PlacedEvent, Source } from "../events";
import type { WindowPlayer } from "../windowPlayer";

const TEXT_ID = 5;

/** What jsdom lacks of frames, for the player to see that its own is confined. */
export function confineFrames(): void {
  Object.defineProperty(HTMLIFrameElement.prototype, "sandbox", {
    configurable: true,
    get(this: HTMLIFrameElement) {
      return (this.getAttribute("sandbox") ?? "").split(" ");
    },
  });
}

export function meta(timestamp: number, order: number): PlacedEvent {
  return { type: EventType.Meta, data: { href: "", width: 640, height: 480 }, timestamp, order };
}

/** A page that shows one text. */
export function snapshot(timestamp: number, order: number, text: string): PlacedEvent {
  const element = (id: number, tagName: string, childNodes: object[]) => ({
    type: 2,
    id,
    tagName,
    attributes: {},
    childNodes,
  });
  const body = element(4, "body", [{ type: 3, id: TEXT_ID, textContent: text }]);
  const node = { type: 0, id: 1, childNodes: [element(2, "html", [element(3, "head", []), body])] };
  return {
    type: EventType.FullSnapshot,
    data: { node, initialOffset: { left: 0, top: 0 } },
    timestamp,
    order,
  };
}

export function textChange(timestamp: number, order: number, value: string): PlacedEvent {
  const data = {
    source: Source.Mutation,
    texts: [{ id: TEXT_ID, value }],
    adds: [],
    removes: [],
    attributes: [],
  };
  return { type: EventType.Incremental, data, timestamp, order };
}

export function textOf(player: Pick<WindowPlayer, "iframe">): string {
  return player.iframe.contentDocument!.body.textContent;
}
