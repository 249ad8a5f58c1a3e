const NEWLINE = 0x0a;

/**
 * Cuts a stream of bytes into lines, whatever the borders of its pieces. Works on bytes and decodes whole lines only,
 * so a piece may end within a UTF-8 sequence. A line that spans many pieces (a full snapshot of 20 MB) is joined
 * once.
 */
export class LineSplitter {
  private readonly decoder = new TextDecoder();
  private held: Uint8Array[] = [];
  private heldBytes = 0;

  /** The lines that end within this piece; empty lines are none. */
  push(piece: Uint8Array): string[] {
    const lines: string[] = [];
    let from = 0;
    for (let at = piece.indexOf(NEWLINE); at >= 0; at = piece.indexOf(NEWLINE, from)) {
      const line = this.take(piece.subarray(from, at));
      if (line.length > 0) lines.push(line);
      from = at + 1;
    }
    if (from < piece.length) {
      // A copy: the stream may reuse its buffer, and a view would keep the whole piece alive.
      this.held.push(piece.slice(from));
      this.heldBytes += piece.length - from;
    }
    return lines;
  }

  /** True if the stream so far ends within a line: an answer that ends here was cut off. */
  get endsInsideLine(): boolean {
    return this.heldBytes > 0;
  }

  private take(end: Uint8Array): string {
    if (this.heldBytes === 0) return this.decoder.decode(end);
    const line = new Uint8Array(this.heldBytes + end.length);
    let offset = 0;
    for (const piece of this.held) {
      line.set(piece, offset);
      offset += piece.length;
    }
    line.set(end, offset);
    this.held = [];
    this.heldBytes = 0;
    return this.decoder.decode(line);
  }
}
