import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { Api } from "./support/api";
import { App } from "./support/app";
import { violations } from "./support/axe";
import { launch } from "./support/browser";
import { ownServer } from "./support/own-server";
import { element, page as recordedPage } from "./support/recording";
import { PASSWORD, TOKEN } from "./support/server";
import { until } from "./support/wait";

const server = inject("server");
const api = new Api(server);
const SESSION = "seen-by-a-viewer";
const NAME = "viv@example.com";
let browser: Browser;
let admin: App;
let password: string;

beforeAll(async () => {
  browser = await launch();
  admin = await newApp();
  await admin.logIn();
  await api.upload(SESSION, recordedPage(Date.now() - 60_000, [element("h1", {}, "For a viewer")]));
  await until("the session in the list", () => api.session(SESSION));
});
afterAll(() => browser.close());

/** In a browser of its own: nothing of other logins is known there. */
async function newApp(): Promise<App> {
  return new App(await (await browser.newContext()).newPage(), server);
}

const account = (name: string) => admin.page.locator(`[data-testid=account-row][data-name="${name}"]`);

test("an admin adds a viewer, who plays sessions and sees nothing of the administration", async () => {
  const { page } = admin;
  await page.goto(`${server}/app/admin/people`);
  await page.getByTestId("new-account-name").fill(NAME);
  await page.getByTestId("new-account-add").click();
  password = (await page.getByTestId("secret-text").textContent())!;
  await account(NAME).waitFor();
  expect(await violations(page)).toEqual([]);

  const viewer = await newApp();
  const refused: string[] = [];
  viewer.page.on("response", (response) => {
    if (response.status() === 403) refused.push(response.url());
  });
  await viewer.logIn(NAME, password);
  await viewer.row(SESSION).waitFor();
  expect(await viewer.page.getByTestId("admin-link").count()).toBe(0);
  await viewer.page.getByTestId("account").click();
  await viewer.page.getByText(`${NAME} (viewer)`).waitFor();
  expect(await viewer.page.getByText("Administration").count()).toBe(0);

  await viewer.open(SESSION);
  await viewer.page.getByTestId("session-menu").click();
  await viewer.page.getByTestId("session-share").waitFor();
  for (const admins of ["session-pin", "session-hold", "session-erase"]) {
    expect(await viewer.page.getByTestId(admins).count(), admins).toBe(0);
  }
  await viewer.page.keyboard.press("Escape");
  const frame = await viewer.replayFrame();
  await frame.getByText("For a viewer").waitFor();
  await until("the viewing to be noted", async () => (await viewers()).includes(NAME));
  await admin.open(SESSION);
  await admin.page.getByTestId("tab-details").click();
  const seen = admin.page.locator(`[data-testid=viewer][data-viewer="${NAME}"]`);
  expect(await seen.textContent()).toContain("once");
  await until("the admin among the viewers", async () => (await viewers()).includes("admin"));
  expect(await violations(admin.page)).toEqual([]);

  // What the app did not ask for on its own it was not refused.
  expect(refused).toEqual([]);

  await viewer.page.goto(`${server}/app/admin/people`);
  await viewer.page.getByTestId("admins-only").waitFor();
  expect(await status(viewer.page, "users")).toBe(403);
  expect(await status(viewer.page, "projects/default/sessions")).toBe(200);
  await viewer.page.context().close();
});

test("who changes their password ends their other logins", async () => {
  const [own, other] = [await newApp(), await newApp()];
  await own.logIn(NAME, password);
  await other.logIn(NAME, password);

  await own.page.getByTestId("account").click();
  await own.page.getByTestId("change-password").click();
  await own.page.getByTestId("password-current").fill("not the right one");
  await own.page.getByTestId("password-new").fill("a better password");
  await own.page.getByTestId("password-again").fill("a better password");
  await own.page.getByTestId("password-submit").click();
  expect(await own.page.getByTestId("password-error").textContent()).toBe("Incorrect current password.");
  expect(await violations(own.page)).toEqual([]);
  await own.page.getByTestId("password-current").fill(password);
  await own.page.getByTestId("password-submit").click();
  await own.page.getByTestId("password-changed").waitFor();

  expect(await status(own.page, "me")).toBe(200);
  expect(await status(other.page, "me")).toBe(401);
  await other.page.goto(`${server}/app/`);
  await other.page.getByTestId("login-form").waitFor();
  await other.page.getByTestId("login-name").fill(NAME);
  await other.page.getByTestId("login-password").fill(password);
  await other.page.getByTestId("login-submit").click();
  await other.page.getByTestId("login-error").waitFor();
  await other.logIn(NAME, "a better password");
  await own.page.context().close();
  await other.page.context().close();
});

test("the last admin stays one, and a viewer who is removed is logged out", async () => {
  const viewer = await newApp();
  await viewer.logIn(NAME, "a better password");

  await admin.page.goto(`${server}/app/admin/people`);
  await account("admin").getByTestId("account-role").click();
  await admin.page.getByTestId("confirm-submit").click();
  await admin.page.getByText("this is the last account that is an admin").waitFor();
  expect(await violations(admin.page)).toEqual([]);
  await admin.page.getByRole("button", { name: "Cancel" }).click();

  await account(NAME).getByTestId("account-remove").click();
  await admin.page.getByTestId("confirm-submit").click();
  await account(NAME).waitFor({ state: "detached" });

  expect(await status(viewer.page, "me")).toBe(401);
  await viewer.page.context().close();
});

test("a token works until it is revoked", async () => {
  const { page } = admin;
  await page.goto(`${server}/app/admin/people`);
  await page.getByTestId("new-token-name").fill("Nightly report");
  await page.getByTestId("new-token-create").click();
  const token = (await page.getByTestId("secret-text").textContent())!;
  const asked = async (path: string) =>
    (await fetch(`${server}/api/v1/${path}`, { headers: { Authorization: `Bearer ${token}` } })).status;
  expect(await asked("projects/default/sessions")).toBe(200);
  expect(await asked("tokens")).toBe(403);

  await page
    .locator('[data-testid=token-row][data-name="Nightly report"]')
    .getByTestId("token-revoke")
    .click();
  await page.getByTestId("confirm-submit").click();
  await page.locator('[data-name="Nightly report"]').waitFor({ state: "detached" });
  expect(await asked("projects/default/sessions")).toBe(401);
});

describe("a server whose first admin has gone", () => {
  const own = ownServer("people");

  test("does not make that account or a revoked token anew when it starts again", async () => {
    const as = (method: string, path: string, body?: object) =>
      fetch(`${own.url}/api/v1/${path}`, {
        method,
        headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json" },
        ...(body && { body: JSON.stringify(body) }),
      });
    await as("POST", "users", { name: "grace", role: "admin", password: "a better password" });
    await as("DELETE", "users/admin");
    const { tokens } = (await own.api.get("tokens")) as { tokens: { id: string; name: string }[] };
    expect(tokens.map(({ name }) => name)).toEqual(["bootstrap"]);
    expect((await as("DELETE", `tokens/${tokens[0]!.id}`)).status).toBe(204);

    await own.stop();
    await own.start();

    expect((await as("GET", "me")).status).toBe(401);
    expect((await as("POST", "login", { name: "admin", password: PASSWORD })).status).toBe(401);
    expect((await as("POST", "login", { name: "grace", password: "a better password" })).status).toBe(200);
  });
});

async function viewers(): Promise<string[]> {
  const { views } = (await api.get(`projects/default/sessions/${SESSION}/views`)) as {
    views: { viewer: string; kind: string }[];
  };
  return views.filter(({ kind }) => kind === "person").map(({ viewer }) => viewer);
}

/** What the server answers with the login of this page's browser. */
async function status(page: Page, path: string): Promise<number> {
  return (await page.context().request.get(`${server}/api/v1/${path}`)).status();
}
