import { renameSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withoutBlankText, withoutOptions, type DomNode } from "./support/dom";
import { ownServer, type OwnServer } from "./support/own-server";
import { expectSamePictures, type Instant } from "./support/replay";
import {
  mixpanelReplay,
  posthogRecording,
  sentryReplay,
  serveMixpanel,
  servePosthog,
  serveSentry,
} from "./support/sdk-clients";
import {
  isRecorded,
  MIXPANEL_UPLOADS,
  nameOfLine,
  POSTHOG_UPLOADS,
  SENTRY_UPLOADS,
  Uploads,
  type UploadFormat,
} from "./support/sdk-uploads";
import { noteInstant } from "./support/sdk-visit";
import type { Site } from "./support/site";
import { until } from "./support/wait";

const TROUBLE_MS = 31_000;

/**
 * Sentry's SDK gives up 45 s after the first try, which it makes 5 s after something happens: nothing happens on its page
 * for so long, so that a slow start of the server does not count.
 */
const SENTRY_QUIET_MS = 10_000;

/** The longest wait of an SDK between two tries here, the slowness of a machine included. */
const OVER_WITHIN_MS = 150_000;

const OUTAGE_MS_MAX = 400_000;

/** An SDK, and what docs/sdks.md says of how often it sends again. */
interface Client {
  readonly format: UploadFormat;
  readonly serve: (server: string) => Promise<Site>;
  readonly session: (page: Page) => Promise<string>;
  /** Requests that an event is in before it is dropped, if none of them is answered. */
  readonly triesUnanswered: number;
  readonly reduce: (dom: DomNode) => DomNode;
}

const CLIENTS = {
  "posthog-js": {
    format: POSTHOG_UPLOADS,
    serve: (server) => servePosthog(server),
    session: async (page) => (await posthogRecording(page)).session,
    triesUnanswered: 4,
    reduce: withoutBlankText,
  },
  "mixpanel-browser": {
    format: MIXPANEL_UPLOADS,
    serve: (server) => serveMixpanel(server),
    session: mixpanelReplay,
    triesUnanswered: 1,
    reduce: withoutBlankText,
  },
  "@sentry/browser": {
    format: SENTRY_UPLOADS,
    serve: (server) => serveSentry(server),
    session: sentryReplay,
    triesUnanswered: 4,
    reduce: withoutOptions,
  },
} as const satisfies Record<string, Client>;

type Name = keyof typeof CLIENTS;

const NAMES = Object.keys(CLIENTS) as Name[];

/** A page that is recorded, all of whose first part has arrived. */
class Visit {
  readonly instants: Instant[] = [];
  private clicks = 0;

  private constructor(
    readonly client: Client,
    readonly page: Page,
    readonly uploads: Uploads,
    readonly session: string,
    private readonly site: Site,
  ) {}

  static async begin(own: OwnServer, client: Client): Promise<Visit> {
    const site = await client.serve(own.url);
    const context = await own.visitor();
    const uploads = await Uploads.watch(context, client.format);
    const page = await context.newPage();
    await page.goto(`${site.url}/shelf`);
    const visit = new Visit(client, page, uploads, await client.session(page), site);
    visit.instants.push(await noteInstant(page, "as loaded"));
    await visit.click();
    await until("the first part", async () => uploads.statuses().includes(200), 40_000);
    return visit;
  }

  async click(): Promise<void> {
    await this.page.locator(`#tea-${this.clicks++ % 60} button`).click();
  }

  async note(name: string): Promise<void> {
    this.instants.push(await noteInstant(this.page, name));
  }

  /** Of what has been handed over, all has arrived or was given up. */
  isOver(): boolean {
    return this.uploads
      .undelivered()
      .every((tries) => tries.filter((status) => status === 0).length === this.client.triesUnanswered);
  }

  async end(): Promise<void> {
    await this.page.context().close();
    await this.site.close();
  }
}

type Visits = Record<Name, Visit>;

async function beginAll(own: OwnServer): Promise<Visits> {
  const visits: Partial<Visits> = {};
  for (const name of NAMES) visits[name] = await Visit.begin(own, CLIENTS[name]);
  return visits as Visits;
}

/** Goes on clicking on all pages for the time of the trouble, and until the condition holds. */
async function goOnWhile(visits: Visits, what: string, isEnough: () => boolean): Promise<void> {
  const from = Date.now();
  await until(
    what,
    async () => {
      for (const visit of Object.values(visits)) {
        if (visit !== visits["@sentry/browser"] || Date.now() - from > SENTRY_QUIET_MS) await visit.click();
        await visit.page.waitForTimeout(300);
      }
      return Date.now() - from >= TROUBLE_MS && isEnough();
    },
    2 * TROUBLE_MS,
  );
}

/** Has each SDK send something once all is well again, and waits until it has nothing left to send. */
async function finishAll(own: OwnServer, visits: Visits): Promise<void> {
  for (const visit of Object.values(visits)) {
    await visit.click();
    await visit.note("when all is well again");
    await visit.click();
  }
  for (const [name, visit] of Object.entries(visits)) {
    const last = visit.instants.at(-1)!.at;
    await until(
      `${name} to have sent the rest`,
      async () =>
        visit.isOver() &&
        (await own.api.session(visit.session)) &&
        (await own.api.manifest(visit.session)).windows.some(({ lastAt }) => lastAt >= last),
      OVER_WITHIN_MS,
    );
  }
}

/** What was acknowledged is stored, each event once, and nothing else is. */
async function expectWhatArrived(own: OwnServer, visit: Visit): Promise<void> {
  const stored = (await own.api.events(visit.session)).filter(isRecorded).map(nameOfLine).sort();
  expect(stored.length).toBeGreaterThan(20);
  expect(stored).toEqual(visit.uploads.delivered());
}

async function expectPictures(own: OwnServer, visit: Visit, instants: readonly Instant[]): Promise<void> {
  const app = await own.logIn();
  await expectSamePictures(app, visit.session, instants, { reduce: visit.client.reduce });
  await app.page.context().close();
}

describe("while the server is stopped for half a minute", () => {
  const own = ownServer("stopped");
  let visits: Visits;

  beforeAll(async () => {
    visits = await beginAll(own);
    await own.stop();
    await goOnWhile(visits, "PostHog's SDK to give something up", () =>
      visits["posthog-js"].uploads.undelivered().some((tries) => tries.join() === "0,0,0,0"),
    );
    await own.start();
    await finishAll(own, visits);
  }, OUTAGE_MS_MAX);
  afterAll(() => Promise.all(Object.values(visits).map((visit) => visit.end())));

  test.each(NAMES)("%s: what arrived in the end is there once, and nothing else", async (name) => {
    expect(visits[name].uploads.statuses().filter((status) => status === 0).length).toBeGreaterThan(0);
    await expectWhatArrived(own, visits[name]);
  });

  test("posthog-js tries again three times, drops what was first sent too long ago, and has the rest", async () => {
    const { uploads } = visits["posthog-js"];
    const dropped = uploads.undelivered();
    expect(dropped.length).toBeGreaterThan(0);
    expect(new Set(dropped.map(String))).toEqual(new Set(["0,0,0,0"]));
    expect(uploads.deliveredAfterFailures()).toBeGreaterThan(0);
    await expectPictures(own, visits["posthog-js"], visits["posthog-js"].instants.slice(0, 1));
  });

  test("mixpanel-browser drops at once what cannot be sent, and goes on", async () => {
    const { uploads } = visits["mixpanel-browser"];
    const dropped = uploads.undelivered();
    expect(dropped.length).toBeGreaterThan(0);
    expect(new Set(dropped.map(String))).toEqual(new Set(["0"]));
    expect(uploads.deliveredAfterFailures()).toBe(0);
    await expectPictures(own, visits["mixpanel-browser"], visits["mixpanel-browser"].instants.slice(0, 1));
  });

  test("@sentry/browser drops nothing", async () => {
    const { uploads, session, instants } = visits["@sentry/browser"];
    expect(uploads.undelivered()).toEqual([]);
    expect(uploads.deliveredAfterFailures()).toBeGreaterThan(0);
    expect((await own.api.manifest(session)).gaps).toEqual([]);
    await expectPictures(own, visits["@sentry/browser"], instants);
  });

  test("@sentry/browser ends its recording when the server is away for longer than it tries", async () => {
    const visit = visits["@sentry/browser"];
    await own.stop();
    await visit.click();
    await until(
      "four tries of which none is answered",
      async () => visit.uploads.undelivered().some((tries) => tries.join() === "0,0,0,0"),
      120_000,
    );
    await own.start();
    const sent = visit.uploads.statuses().length;
    await visit.click();
    await visit.page.waitForTimeout(12_000);
    expect(visit.uploads.statuses().length).toBe(sent);
    await expectWhatArrived(own, visit);

    await visit.page.reload();
    const next = await visit.client.session(visit.page);
    expect(next).not.toBe(visit.session);
    await visit.click();
    await until("the next recording", () => own.api.session(next), 40_000);
  }, 240_000);
});

describe("while the server answers 503 for half a minute", () => {
  const own = ownServer("refusing", { TAPEDECK_ACK: "stored" });
  let visits: Visits;
  const refused: Record<string, number> = {};

  beforeAll(async () => {
    visits = await beginAll(own);
    const objects = join(own.dataDir, "objects");
    renameSync(objects, `${objects}-away`);
    await goOnWhile(visits, "each SDK to be refused", () =>
      Object.values(visits).every(({ uploads }) =>
        uploads.statuses().some((status) => status !== 200 && status !== null),
      ),
    );
    renameSync(`${objects}-away`, objects);
    for (const [name, { uploads }] of Object.entries(visits)) {
      refused[name] = uploads
        .statuses()
        .filter((status) => status === (name === "@sentry/browser" ? 0 : 503)).length;
    }
    await finishAll(own, visits);
  }, OUTAGE_MS_MAX);
  afterAll(() => Promise.all(Object.values(visits).map((visit) => visit.end())));

  test.each(NAMES)("%s drops nothing, and all of it is there once", async (name) => {
    const visit = visits[name];
    expect(refused[name]).toBeGreaterThan(0);
    expect(visit.uploads.undelivered()).toEqual([]);
    expect(visit.uploads.deliveredAfterFailures()).toBeGreaterThan(0);
    await expectWhatArrived(own, visit);
    await expectPictures(own, visit, visit.instants);
  });

  test("@sentry/browser ends its recording when something before the server answers 503", async () => {
    const visit = visits["@sentry/browser"];
    await visit.page.route("**/envelope/*", (route) =>
      route.fulfill({ status: 503, headers: { "Access-Control-Allow-Origin": "*" } }),
    );
    const sent = visit.uploads.statuses().length;
    await visit.click();
    await until("the refusal", async () => visit.uploads.statuses().includes(503), 30_000);
    await visit.page.unroute("**/envelope/*");
    await visit.click();
    await visit.page.waitForTimeout(12_000);
    expect(visit.uploads.statuses().slice(sent)).toEqual([503]);
    await expectWhatArrived(own, visit);
  });
});
