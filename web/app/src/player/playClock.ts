/** Session time as it passes while playing: ms since the session's start, at a speed that may change on the way. */
export class PlayClock {
  private heldMs = 0;
  private startedAt: number | null = null;
  private rate = 1;

  constructor(private readonly wallMs: () => number = () => performance.now()) {}

  get running(): boolean {
    return this.startedAt !== null;
  }

  get speed(): number {
    return this.rate;
  }

  now(): number {
    return this.startedAt === null ? this.heldMs : this.heldMs + (this.wallMs() - this.startedAt) * this.rate;
  }

  set(ms: number): void {
    this.heldMs = ms;
    if (this.startedAt !== null) this.startedAt = this.wallMs();
  }

  start(): void {
    this.startedAt ??= this.wallMs();
  }

  stop(): void {
    this.heldMs = this.now();
    this.startedAt = null;
  }

  setSpeed(rate: number): void {
    this.set(this.now());
    this.rate = rate;
  }
}
