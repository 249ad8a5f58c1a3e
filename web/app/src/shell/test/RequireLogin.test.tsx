// @vitest-environment jsdom
import { useEffect } from "react";
import { Link, Route, Routes, useLocation } from "react-router";
import { expect, test } from "vitest";
import type { Session } from "../../api/types";
import { LoginPage } from "../../login/LoginPage";
import { ReplayHeader } from "../../replay/ReplayHeader";
import { SESSION, playerAt } from "../../replay/test/fakes";
import { byTestId, byText, click, draw, drawsInJsdom, serve, type } from "../../test/rendering";
import { RequireLogin } from "../RequireLogin";

drawsInJsdom();

const ADMIN = { name: "ada", role: "admin" };
const LIVE: Session = { ...SESSION, phase: "live" };

/** Where the app is, and what was handed on. */
let here: { address: string; state: unknown };

function Here() {
  const { pathname, search, state } = useLocation();
  useEffect(() => {
    here = { address: pathname + search, state };
  });
  return null;
}

const app = (
  <>
    <Here />
    <Routes>
      <Route path="/login" element={<LoginPage />} />
      <Route element={<RequireLogin />}>
        <Route
          path="/p/:project"
          element={<Link to="s/s1?t=5&x=1" state={{ list: "?rage=1" }} children="Open" />}
        />
        <Route
          path="/p/:project/s/:session"
          element={<ReplayHeader project="shop" session={LIVE} player={playerAt({ positionMs: 83_700.5 })} />}
        />
      </Route>
    </Routes>
  </>
);

/** A server whose login ends when something is to be changed. */
function serveUntilChanged() {
  let isIn = true;
  return serve(({ method, path }) => {
    if (path.endsWith("/login")) isIn = true;
    else if (method === "PATCH") isIn = false;
    if (!isIn) return 401;
    return path.endsWith("/me") || path.endsWith("/login") ? ADMIN : { sessions: [], nextCursor: null };
  });
}

test("a login that ends with a change is made anew, at the same moment and on the way from the same list", async () => {
  serveUntilChanged();
  await draw(app, "/p/shop");
  await click(byText("a", "Open"));
  await click(byTestId("session-menu"));
  await click(byTestId("session-pin"));
  expect(here.address).toBe(`/login?next=${encodeURIComponent("/p/shop/s/s1?t=83700&x=1")}`);

  await type(byTestId("login-name"), "ada");
  await type(byTestId("login-password"), "correct horse");
  await click(byTestId("login-submit"));
  expect(here).toEqual({ address: "/p/shop/s/s1?t=83700&x=1", state: { list: "?rage=1" } });
});
