import type { Page } from "playwright-core";
import { bundle, recipe, serveShop } from "./sdk-site";
import { WRITE_KEY } from "./server";
import type { Site } from "./site";
import { until } from "./wait";

/** What PostHog's snippet does: calls wait until the script that it loads takes them over. */
const POSTHOG_SNIPPET = `
  window.posthog = Object.assign([], {
    _i: [],
    __SV: 1,
    init(token, config) {
      const script = document.createElement("script");
      Object.assign(script, { async: true, crossOrigin: "anonymous", src: config.api_host + "/static/array.js" });
      document.head.append(script);
      this._i.push([token, config, "posthog"]);
    },
  });`;

/** Where a page's script of PostHog's comes from. */
export type PosthogBuild = "snippet" | "posthog-js" | "posthog-js-1";

/** The shop with PostHog's SDK as it is documented; under a name, since it records no requests on localhost. */
export async function servePosthog(
  server: string,
  from: PosthogBuild = "posthog-js",
  key = WRITE_KEY,
): Promise<Site> {
  const code = await recipe("PostHog", "js", server, key);
  const script =
    from === "snippet"
      ? POSTHOG_SNIPPET + code.replace(/^import .*$/m, "")
      : await bundle(`${code.replace(/"posthog-js"/, JSON.stringify(from))}\nwindow.posthog = posthog;`);
  const site = await serveShop('<script src="/sdk.js"></script>', { "/sdk.js": script });
  return { ...site, url: `http://shop.localhost:${site.port}` };
}

/** PostHog's session and window, once it records. */
export function posthogRecording(page: Page): Promise<{ session: string; window: string }> {
  return until("the SDK to record", () =>
    page.evaluate<{ session: string; window: string } | null>(`(() => {
      if (!window.posthog?.sessionRecordingStarted?.()) return null;
      const { sessionId, windowId } = posthog.sessionManager.checkAndGetSessionAndWindowId(true);
      return { session: sessionId, window: windowId };
    })()`),
  );
}

/** The shop with Mixpanel's SDK as it is documented, and an option more. */
export async function serveMixpanel(server: string, option = "record_mask_all_text: false"): Promise<Site> {
  const code = await recipe("Mixpanel", "js", server, WRITE_KEY);
  const sdk = await bundle(
    `${code.replace("record_network: true,", `record_network: true, ${option},`)}\nwindow.mixpanel = mixpanel;`,
  );
  return serveShop('<script src="/sdk.js"></script>', { "/sdk.js": sdk });
}

/** Mixpanel's replay, once it records. */
export function mixpanelReplay(page: Page): Promise<string> {
  return until("the SDK to record", () =>
    page.evaluate<string | undefined>("mixpanel.get_session_recording_properties().$mp_replay_id"),
  );
}

/** The shop with what is documented for Sentry's SDK, which masks all text unless told otherwise. */
export async function serveSentry(server: string, sdk = "@sentry/browser"): Promise<Site> {
  const code = (await recipe("Sentry", "js", server, WRITE_KEY))
    .replace("https://", "http://")
    .replace("tapedeck.example.com", new URL(server).host)
    .replace("replayIntegration()", "replayIntegration({ maskAllText: false, blockAllMedia: false })")
    .replace('"@sentry/browser"', JSON.stringify(sdk));
  const script = await bundle(`${code}\nwindow.Sentry = Sentry;`);
  return serveShop('<script src="/sdk.js"></script>', { "/sdk.js": script });
}

/** Sentry's replay, once it records. */
export function sentryReplay(page: Page): Promise<string> {
  return until("the SDK to record", () =>
    page.evaluate<string | undefined>("Sentry.getReplay()?.getReplayId()"),
  );
}
