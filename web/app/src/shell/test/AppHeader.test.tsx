// @vitest-environment jsdom
import { expect, test } from "vitest";
import { queryClient } from "../../api/queries";
import { byTestId, click, draw, drawsInJsdom, serve } from "../../test/rendering";
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
