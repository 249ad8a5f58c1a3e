import type { Frame, Locator, Page } from "playwright-core";
import type { PlayerHandle } from "../../app/src/player/debugHandle";
import { PASSWORD } from "./server";

/** The web app as a support engineer uses it. */
export class App {
  constructor(
    readonly page: Page,
    private readonly server: string,
  ) {}

  async logIn(name = "admin", password = PASSWORD): Promise<void> {
    await this.page.goto(`${this.server}/app/`);
    await this.page.getByTestId("login-name").fill(name);
    await this.page.getByTestId("login-password").fill(password);
    await this.page.getByTestId("login-submit").click();
    await this.page.getByTestId("login-form").waitFor({ state: "detached" });
  }

  /** A session in the list. */
  row(session: string): Locator {
    return this.page.locator(`[data-testid=session-row][data-session-id="${session}"]`);
  }

  /** Opens a session's page and waits until its player shows a picture. */
  async open(session: string): Promise<void> {
    await this.page.goto(`${this.server}/app/p/default/s/${session}`);
    await this.page.waitForFunction(() => window.__tapedeckPlayer?.ready === true);
  }

  /** Turns to one of the views beside the picture and waits until a row of it says this. */
  async findInPanel(view: "activity" | "console" | "network" | "errors", says: string): Promise<void> {
    await this.page.getByTestId(`tab-${view}`).click();
    await this.page.getByTestId(`${view}-row`).filter({ hasText: says }).first().waitFor();
  }

  async seekTo(epochMs: number): Promise<void> {
    await this.page.evaluate((at) => window.__tapedeckPlayer!.seekTo(at), epochMs);
  }

  /** What the player says of itself. */
  player(): Promise<Pick<PlayerHandle, "currentTimeMs" | "durationMs" | "status" | "lost">> {
    return this.page.evaluate(() => {
      const { currentTimeMs, durationMs, status, lost } = window.__tapedeckPlayer!;
      return { currentTimeMs, durationMs, status, lost };
    });
  }

  play(): Promise<void> {
    return this.page.evaluate(() => window.__tapedeckPlayer!.play());
  }

  pause(): Promise<void> {
    return this.page.evaluate(() => window.__tapedeckPlayer!.pause());
  }

  /** The frame that shows the recorded page. */
  async replayFrame(): Promise<Frame> {
    const element = (await this.page.evaluateHandle(() => window.__tapedeckPlayer!.iframe())).asElement();
    const frame = await element?.contentFrame();
    if (!frame) {
      throw new Error("The player shows no frame");
    }
    return frame;
  }
}
