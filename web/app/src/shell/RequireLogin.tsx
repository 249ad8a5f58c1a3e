import { Center, Loader } from "@mantine/core";
import { useRef, useState } from "react";
import { Navigate, Outlet, useLocation } from "react-router";
import { useMe } from "../api/queries";
import { ErrorNotice } from "./ErrorNotice";
import type { Moment } from "./moment";

/** Everything behind the login; keeps where one is, so that a link to a replay survives the login, and its moment. */
export function RequireLogin() {
  const me = useMe();
  const moment: Moment = useRef(null);
  if (me.isPending) {
    return (
      <Center h="100dvh">
        <Loader aria-label="Loading" />
      </Center>
    );
  }
  if (me.isError) {
    return (
      <Center h="100dvh" p="md">
        <ErrorNotice error={me.error} onRetry={() => void me.refetch()} />
      </Center>
    );
  }
  return me.data === null ? <ToLogin moment={moment} /> : <Outlet context={moment} />;
}

function ToLogin({ moment }: { moment: Moment }) {
  const { pathname, search, state } = useLocation();
  // Asked for at once: a page that knows its moment is taken away as soon as this is shown.
  const [next] = useState(() => pathname + (moment.current?.() ?? search));
  const to = `/login${next === "/" ? "" : `?next=${encodeURIComponent(next)}`}`;
  return <Navigate to={to} state={state} replace />;
}
