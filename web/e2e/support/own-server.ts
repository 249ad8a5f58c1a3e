import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { Api } from "./api";
import { App } from "./app";
import { launch } from "./browser";
import { startServer, type Server } from "./server";

/** SDKs send nothing for browsers that say that they are driven. */
const USER_AGENT =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";

/** A server with a folder and a browser beside it that a file of tests, or a part of one, has to itself. */
export class OwnServer {
  api!: Api;
  browser!: Browser;
  /** Where it keeps what it is sent. */
  dataDir!: string;
  private server!: Server;

  constructor(
    private readonly name: string,
    private readonly settings: Record<string, string>,
  ) {}

  get url(): string {
    return this.server.url;
  }

  async open(): Promise<void> {
    this.dataDir = mkdtempSync(join(tmpdir(), `tapedeck-${this.name}-`));
    this.server = await startServer(this.dataDir, this.settings);
    this.api = new Api(this.server.url);
    this.browser = await launch();
  }

  async close(): Promise<void> {
    await this.browser?.close();
    await this.server?.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** Ends the process: nothing listens on its port any more. */
  stop(): Promise<void> {
    return this.server.stop();
  }

  /** Starts it again, on the port and the folder that it had. */
  async start(): Promise<void> {
    const { port } = new URL(this.url);
    this.server = await startServer(this.dataDir, { ...this.settings, TAPEDECK_HTTP_PORT: port });
  }

  /** A visitor's browser, as SDKs see it: one that says it has no head is a robot to them, and is not recorded. */
  async visitor(): Promise<BrowserContext> {
    const context = await this.browser.newContext({
      userAgent: USER_AGENT,
      viewport: { width: 1000, height: 800 },
    });
    await context.addInitScript(`
      Object.defineProperty(Navigator.prototype, "webdriver", { get: () => false });
      Object.defineProperty(Navigator.prototype, "userAgentData", { get: () => undefined });
    `);
    return context;
  }

  /** The web UI, for somebody who may see everything. */
  async logIn(): Promise<App> {
    const app = new App(await (await this.browser.newContext()).newPage(), this.url);
    await app.logIn();
    return app;
  }
}

/** Opens one before the tests that stand beside the call, and closes it after them. */
export function ownServer(name: string, settings: Record<string, string> = {}): OwnServer {
  const own = new OwnServer(name, settings);
  beforeAll(() => own.open());
  afterAll(() => own.close());
  return own;
}
