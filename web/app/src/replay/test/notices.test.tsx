// @vitest-environment jsdom
import { expect, test } from "vitest";
import type { Session } from "../../api/types";
import { draw, drawsInJsdom } from "../../test/rendering";
import { Notices } from "../Notices";
import { playerAt } from "./fakes";

drawsInJsdom();

test("who is no longer logged in is led to the login and back to the moment", async () => {
  const player = playerAt({ failure: { kind: "unauthenticated" }, positionMs: 83_700 });
  await draw(<Notices player={player} session={{ behindMs: null } as Session} />, "/p/shop/s/s1?t=5");

  const link = document.querySelector("a")!;
  const address = new URL(link.href);
  expect(address.pathname).toBe("/login");
  expect(address.searchParams.get("next")).toBe("/p/shop/s/s1?t=83000");
  // The app believes in its login until it is loaded anew, so the browser has to follow the link.
  const clicked = new MouseEvent("click", { bubbles: true, cancelable: true });
  let handled: boolean | undefined;
  window.addEventListener(
    "click",
    (event) => {
      handled = event.defaultPrevented;
      event.preventDefault();
    },
    { once: true },
  );
  link.dispatchEvent(clicked);
  expect(handled).toBe(false);
});
