import { Navigate, ScrollRestoration, createBrowserRouter } from "react-router";
import { appBase } from "./api/client";
import { LoginPage } from "./login/LoginPage";
import { SessionsPage } from "./sessions/SessionsPage";
import { scrollKey } from "./sessions/scrollKey";
import { NotFoundPage, RouteErrorPage } from "./shell/ErrorPages";
import { RequireLogin } from "./shell/RequireLogin";
import { StartPage } from "./shell/StartPage";

export const router = createBrowserRouter(
  [
    { path: "/login", element: <LoginPage /> },
    {
      path: "/share/:token",
      errorElement: <RouteErrorPage />,
      lazy: async () => ({ Component: (await import("./replay/SharedPage")).SharedPage }),
      HydrateFallback: () => null,
    },
    {
      element: (
        <>
          <RequireLogin />
          <ScrollRestoration getKey={scrollKey} />
        </>
      ),
      errorElement: <RouteErrorPage />,
      children: [
        { path: "/", element: <StartPage /> },
        { path: "/p/:project", element: <SessionsPage /> },
        {
          path: "/p/:project/s/:session",
          lazy: async () => ({ Component: (await import("./replay/ReplayPage")).ReplayPage }),
          HydrateFallback: () => null,
        },
        ...["/admin/*", "/p/:project/admin/*"].map((path) => ({
          path,
          lazy: async () => ({ Component: (await import("./admin/AdminArea")).AdminArea }),
          HydrateFallback: () => null,
        })),
        { path: "/p/:project/s", element: <Navigate to=".." relative="path" replace /> },
        { path: "*", element: <NotFoundPage /> },
      ],
    },
  ],
  { basename: appBase.pathname.replace(/\/$/, "") || "/" },
);
