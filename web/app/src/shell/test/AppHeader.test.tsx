// @vitest-environment jsdom
import { expect, test } from "vitest";
import { queryClient } from "../../api/queries";
import { byTestId, click, draw, drawsInJsdom, serve, type } from "../../test/rendering";
import { AppHeader } from "../AppHeader";

drawsInJsdom();

const ADA = { name: "ada", role: "viewer" };

async function logOut(answer: object | number) {
  serve(({ path }) => (path.endsWith("/logout") ? answer : ADA));
  await draw(<AppHeader />);
  await click(byTestId("account"));
  await click(byTestId("logout"));
}

test("a logout ends what is known of who is logged in", async () => {
  await logOut({});

  expect(queryClient.getQueryData(["me"])).toBeNull();
});

test("a logout that failed says so, and leaves the person logged in", async () => {
  await logOut(503);

  expect(queryClient.getQueryData(["me"])).toEqual(ADA);
  expect(document.querySelector("[role=alert]")?.textContent).toContain("You are still logged in.");
});

test("a viewer is not led to the administration", async () => {
  serve(() => ADA);
  await draw(<AppHeader />);
  await click(byTestId("account"));

  expect(document.body.textContent).toContain("ada (viewer)");
  expect(document.body.textContent).not.toContain("Administration");
});

test("one's own password is changed when it was typed twice alike", async () => {
  const asked = serve(() => ADA);
  await draw(<AppHeader />);
  await click(byTestId("account"));
  await click(byTestId("change-password"));
  await type(byTestId("password-current"), "correct horse");
  await type(byTestId("password-new"), "another one");
  await type(byTestId("password-again"), "another two");
  expect(byTestId<HTMLButtonElement>("password-submit").disabled).toBe(true);
  await type(byTestId("password-again"), "another one");
  await click(byTestId("password-submit"));

  expect(asked.filter(({ method }) => method === "POST")).toMatchObject([
    { path: "/api/v1/me/password", body: { currentPassword: "correct horse", newPassword: "another one" } },
  ]);
  expect(byTestId("password-changed").textContent).toContain("Your other logins have ended.");
});

test("a password that was not taken stays to be typed anew, and why is said", async () => {
  serve(({ path }) => (path.endsWith("/me/password") ? 503 : ADA));
  await draw(<AppHeader />);
  await click(byTestId("account"));
  await click(byTestId("change-password"));
  await type(byTestId("password-current"), "correct horse");
  await type(byTestId("password-new"), "another one");
  await type(byTestId("password-again"), "another one");
  await click(byTestId("password-submit"));

  expect(byTestId("password-error").textContent).not.toBe("");
  expect(byTestId<HTMLInputElement>("password-current").value).toBe("correct horse");
});

test("a current password that is wrong does not end the login", async () => {
  const wrong = () => Response.json({ code: "BAD_CREDENTIALS" }, { status: 401 });
  serve(({ path }) => (path.endsWith("/me/password") ? wrong() : ADA));
  await draw(<AppHeader />);
  await click(byTestId("account"));
  await click(byTestId("change-password"));
  await type(byTestId("password-current"), "wrong horse");
  await type(byTestId("password-new"), "another one");
  await type(byTestId("password-again"), "another one");
  await click(byTestId("password-submit"));

  byTestId("password-error");
  expect(queryClient.getQueryData(["me"])).toEqual(ADA);
});
