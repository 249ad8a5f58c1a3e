import { Center, Loader } from "@mantine/core";
import { Navigate, Outlet, useLocation } from "react-router";
import { useMe } from "../api/queries";
import { ErrorNotice } from "./ErrorNotice";

/** Everything behind the login; keeps the address asked for, so that a link to a replay survives the login. */
export function RequireLogin() {
  const me = useMe();
  const location = useLocation();
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
  if (me.data === null) {
    const next = location.pathname + location.search;
    return <Navigate to={`/login${next === "/" ? "" : `?next=${encodeURIComponent(next)}`}`} replace />;
  }
  return <Outlet />;
}
