import { describe, expect, test } from "vitest";
import { insertSorted, pictureInstant } from "../eventList";
import { EventType, type PlacedEvent } from "../events";

function event(timestamp: number, order: number, type: number = EventType.Incremental): PlacedEvent {
  return { type, data: {}, timestamp, order };
}

const orders = (events: PlacedEvent[]) => events.map(({ order }) => order);

describe("insertSorted", () => {
  test("keeps the order of the recording among events of the same instant", () => {
    const events = [event(1, 0), event(5, 3)];
    insertSorted(events, [event(5, 1), event(5, 2), event(5, 4), event(9, 5)]);
    expect(orders(events)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test("puts an earlier stretch before what is there", () => {
    const events = [event(50, 10), event(60, 11)];
    insertSorted(events, [event(10, 1), event(20, 2)]);
    expect(orders(events)).toEqual([1, 2, 10, 11]);
  });

  test("merges a late chunk, itself out of order", () => {
    const events = [event(10, 1), event(20, 2), event(30, 3), event(40, 4)];
    insertSorted(events, [event(35, 9), event(15, 8)]);
    expect(events.map(({ timestamp }) => timestamp)).toEqual([10, 15, 20, 30, 35, 40]);
  });

  test("takes more events than fit in one call's arguments", () => {
    const events: PlacedEvent[] = [event(1_000_000, 1_000_000)];
    insertSorted(
      events,
      Array.from({ length: 200_000 }, (_, index) => event(index, index)),
    );
    expect(events).toHaveLength(200_001);
    expect(events.at(-1)!.order).toBe(1_000_000);
  });
});

describe("pictureInstant", () => {
  const events = [
    event(100, 0, EventType.Meta),
    event(130, 1, EventType.FullSnapshot),
    event(200, 2),
    event(300, 3, EventType.Meta),
    event(390, 4, EventType.FullSnapshot),
    event(500, 5),
  ];

  test("is the instant itself after a snapshot", () => {
    expect(pictureInstant(events, 250)).toBe(250);
    expect(pictureInstant(events, 390)).toBe(390);
  });

  test("is the coming snapshot where a page has begun and was not drawn yet", () => {
    expect(pictureInstant(events, 100)).toBe(130);
    expect(pictureInstant(events, 350)).toBe(390);
  });

  test("is the first snapshot before there is any", () => {
    expect(pictureInstant(events, 50)).toBe(130);
  });

  test("goes on with the picture before a Meta event that has no snapshot", () => {
    const resized = [...events, event(600, 6, EventType.Meta), event(700, 7)];
    expect(pictureInstant(resized, 650)).toBe(650);
  });

  test("is none without a snapshot", () => {
    expect(pictureInstant([event(100, 0, EventType.Meta), event(200, 1)], 150)).toBeNull();
    expect(pictureInstant([], 150)).toBeNull();
  });
});
