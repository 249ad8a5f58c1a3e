// @vitest-environment jsdom
import { beforeEach, expect, test } from "vitest";
import type { ApiToken, User } from "../../../api/adminTypes";
import { queryClient } from "../../../api/queries";
import { type Asked, byTestId, click, draw, drawsInJsdom, serve, type } from "../../../test/rendering";
import { PeoplePage } from "../PeoplePage";

drawsInJsdom();

let users: User[];
let tokens: ApiToken[];
let refusal: number | null;
let asked: Asked[];

beforeEach(() => {
  users = [
    { name: "ada", role: "admin", logins: 2 },
    { name: "viv", role: "viewer", logins: 0 },
  ];
  tokens = [{ id: "0123456789abcdef", name: "canary", role: "viewer", createdAt: 0 }];
  refusal = null;
  asked = serve(({ method, path, body }) => {
    if (path.endsWith("/me")) return { name: "ada", role: "admin" };
    if (method !== "GET" && refusal !== null) return refusal;
    const isUser = path.includes("/users");
    if (method === "POST" && isUser) {
      users = [...users, { ...(body as User), logins: 0 }];
      return users.at(-1)!;
    }
    if (method === "POST") {
      const made = { id: "fedcba9876543210", createdAt: 1, ...(body as { name: string; role: "viewer" }) };
      tokens = [...tokens, made];
      return { ...made, token: "td_secret" };
    }
    if (method === "DELETE" && isUser) users = users.filter(({ name }) => !path.endsWith(`/${name}`));
    if (method === "DELETE" && !isUser) tokens = [];
    return isUser ? { users } : { tokens };
  });
});

const changes = () =>
  asked
    .filter(({ method }) => method !== "GET")
    .map(({ method, path, body }) => [method, path.replace(/^.*\/api\/v1\//, ""), body]);
const row = (name: string) => document.querySelector<HTMLElement>(`[data-name="${name}"]`)!;
const press = (name: string, button: string) =>
  click(row(name).querySelector<HTMLElement>(`[data-testid="${button}"]`)!);

test("accounts and tokens are listed, and one's own is marked", async () => {
  await draw(<PeoplePage />);

  expect(row("ada").textContent).toContain("ada (you)Admin, 2 logins");
  expect(row("viv").textContent).toContain("vivViewer, not logged in");
  expect(row("canary").textContent).toContain("Viewer, made");
  expect(row("canary").textContent).toContain("0123456789abcdef");
});

test("an account is added with a password that is shown once", async () => {
  await draw(<PeoplePage />);
  const password = byTestId<HTMLInputElement>("new-account-password").value;
  await type(byTestId("new-account-name"), " bob@example.com ");
  await click(byTestId("new-account-add"));

  expect(changes()).toEqual([["POST", "users", { name: "bob@example.com", role: "viewer", password }]]);
  expect(row("bob@example.com")).toBeTruthy();
  expect(byTestId("secret-text").textContent).toBe(password);
  expect(byTestId<HTMLInputElement>("new-account-password").value).not.toBe(password);
  await click(byTestId("secret-close"));
  expect(document.body.textContent).not.toContain(password);
});

test("an account that cannot be is not sent", async () => {
  await draw(<PeoplePage />);
  await type(byTestId("new-account-name"), "two words");
  await click(byTestId("new-account-add"));
  await type(byTestId("new-account-name"), "bob");
  await type(byTestId("new-account-password"), "short");
  await click(byTestId("new-account-add"));

  expect(changes()).toEqual([]);
});

test("a role is changed after it was asked for", async () => {
  await draw(<PeoplePage />);
  await press("viv", "account-role");
  expect(changes()).toEqual([]);
  await click(byTestId("confirm-submit"));

  expect(changes()).toEqual([["PATCH", "users/viv", { role: "admin" }]]);
});

test("a password that is reset is shown once", async () => {
  await draw(<PeoplePage />);
  await press("viv", "account-password");
  const password = byTestId<HTMLInputElement>("account-new-password").value;
  await click(byTestId("confirm-submit"));

  expect(changes()).toEqual([["PATCH", "users/viv", { password }]]);
  expect(byTestId("secret-text").textContent).toBe(password);
});

test("an account is removed after it was asked for", async () => {
  await draw(<PeoplePage />);
  await press("viv", "account-remove");
  await click(byTestId("confirm-submit"));

  expect(changes()).toEqual([["DELETE", "users/viv", undefined]]);
  expect(row("viv")).toBeNull();
});

test("a refusal is told in the dialog, which stays", async () => {
  refusal = 409;
  await draw(<PeoplePage />);
  await press("ada", "account-remove");
  await click(byTestId("confirm-submit"));

  expect(byTestId("confirm").textContent).toContain("Something went wrong");
  expect(queryClient.getQueryData(["me"])).not.toBeNull();
});

test("who removes themselves is logged out", async () => {
  await draw(<PeoplePage />);
  await press("ada", "account-remove");
  await click(byTestId("confirm-submit"));

  expect(queryClient.getQueryData(["me"])).toBeNull();
});

test("a token is made, shown once, and revoked after it was asked for", async () => {
  await draw(<PeoplePage />);
  await type(byTestId("new-token-name"), "ci");
  await click(byTestId("new-token-create"));
  expect(changes()).toEqual([["POST", "tokens", { name: "ci", role: "viewer" }]]);
  expect(byTestId("secret-text").textContent).toBe("td_secret");
  await click(byTestId("secret-close"));
  expect(document.body.textContent).not.toContain("td_secret");

  await press("canary", "token-revoke");
  await click(byTestId("confirm-submit"));
  expect(changes().at(-1)).toEqual(["DELETE", "tokens/0123456789abcdef", undefined]);
});
