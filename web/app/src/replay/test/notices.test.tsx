// @vitest-environment jsdom
import { expect, test } from "vitest";
import { queryClient } from "../../api/queries";
import type { Session } from "../../api/types";
import { byTestId, click, draw, drawsInJsdom } from "../../test/rendering";
import { Notices } from "../Notices";
import { playerAt } from "./fakes";

drawsInJsdom();

test("who is no longer logged in is led to the login", async () => {
  queryClient.setQueryData(["me"], { name: "ada", role: "viewer" });
  const player = playerAt({ failure: { kind: "unauthenticated" } });
  await draw(<Notices player={player} session={{ behindMs: null } as Session} />);
  await click(byTestId("log-in"));

  expect(queryClient.getQueryData(["me"])).toBeNull();
});
