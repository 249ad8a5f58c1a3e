import { ORDERS_PER_FRAME, type PlacedEvent } from "./events";
import type { RequestedFrame } from "./protocol";
import { Sanitizer } from "./sanitize";

/** What one message to the page carries. */
export interface Portion {
  events: PlacedEvent[];
  lines: number;
  unusable: number;
  lastAt: number;
}

/** Small enough that taking one in does not make the page miss a picture; a large line is one by itself. */
const PORTION_CHARS_MAX = 256 * 1024;
const PORTION_LINES_MAX = 400;

/** Parses and sanitises the lines of one window's frames. */
export class FrameDecoder {
  private readonly sanitizer = new Sanitizer();
  private frame: RequestedFrame | null = null;
  private line = 0;
  private lastAt = 0;

  *decode(frame: RequestedFrame, lines: string[]): Generator<Portion> {
    this.enter(frame);
    let portion = this.newPortion();
    let chars = 0;
    for (const text of lines) {
      if (
        chars > 0 &&
        (chars + text.length > PORTION_CHARS_MAX || portion.events.length >= PORTION_LINES_MAX)
      ) {
        yield portion;
        portion = this.newPortion();
        chars = 0;
      }
      this.decodeLine(frame, text, portion);
      chars += text.length;
    }
    yield portion;
  }

  private decodeLine(frame: RequestedFrame, text: string, portion: Portion): void {
    try {
      const event = this.sanitizer.sanitize(JSON.parse(text));
      if (event) {
        portion.events.push({ ...event, order: frame.index * ORDERS_PER_FRAME + this.line });
        this.lastAt = event.timestamp;
      }
    } catch {
      portion.unusable++;
    }
    this.line++;
    portion.lines = this.line;
    portion.lastAt = this.lastAt;
  }

  /**
   * What the sanitiser knows of the document holds only if nothing was left out since: the same frame goes on where
   * it stopped, or the next one starts after a complete one.
   */
  private enter(frame: RequestedFrame): void {
    if (frame === this.frame) return;
    const before = this.frame;
    const goesOn = before?.id === frame.id && this.line === frame.skip;
    const follows = before?.index === frame.index - 1 && this.line === before.events && frame.skip === 0;
    if (!goesOn && !follows) this.sanitizer.forget();
    if (!goesOn) this.lastAt = 0;
    this.frame = frame;
    this.line = frame.skip;
  }

  private newPortion(): Portion {
    return { events: [], lines: this.line, unusable: 0, lastAt: this.lastAt };
  }
}
