import { Anchor, Center, Stack, Text, Title } from "@mantine/core";
import { Link, Navigate, Route, Routes, useParams } from "react-router";
import { useMe } from "../api/queries";
import { AppHeader } from "../shell/AppHeader";
import { NotFoundPage } from "../shell/ErrorPages";
import { AdminLayout } from "./AdminLayout";
import classes from "./admin.module.css";
import { AuditPage } from "./pages/AuditPage";
import { ErasurePage } from "./pages/ErasurePage";
import { ErasuresPage } from "./pages/ErasuresPage";
import { KeysPage } from "./pages/KeysPage";
import { NodesPage } from "./pages/NodesPage";
import { PeoplePage } from "./pages/PeoplePage";
import { ProjectsPage } from "./pages/ProjectsPage";
import { RetentionPage } from "./pages/RetentionPage";
import { SettingsPage } from "./pages/SettingsPage";
import { StoragePage } from "./pages/StoragePage";

/** Everything under `/admin` and `/p/{project}/admin`. */
export function AdminArea() {
  const me = useMe();
  const { project } = useParams();
  if (me.data?.role !== "admin") return <AdminsOnly project={project} />;
  // What is typed on a page belongs to one project: with another one the pages start over.
  return (
    <AdminLayout project={project}>
      {project ? <ProjectRoutes key={project} /> : <SystemRoutes />}
    </AdminLayout>
  );
}

function SystemRoutes() {
  return (
    <Routes>
      <Route index element={<ProjectsPage />} />
      <Route path="people" element={<PeoplePage />} />
      <Route path="erasures" element={<ErasuresPage />} />
      <Route path="audit" element={<AuditPage />} />
      <Route path="nodes" element={<NodesPage />} />
      <Route path="*" element={<NotFoundPage />} />
    </Routes>
  );
}

function ProjectRoutes() {
  const { project = "" } = useParams();
  return (
    <Routes>
      <Route index element={<Navigate to="settings" replace />} />
      <Route path="settings" element={<SettingsPage project={project} />} />
      <Route path="keys" element={<KeysPage project={project} />} />
      <Route path="retention" element={<RetentionPage project={project} />} />
      <Route path="erasures" element={<ErasuresPage project={project} />} />
      <Route path="erasures/:erasure" element={<ErasurePage project={project} />} />
      <Route path="storage" element={<StoragePage project={project} />} />
      <Route path="audit" element={<AuditPage project={project} />} />
      <Route path="*" element={<NotFoundPage />} />
    </Routes>
  );
}

function AdminsOnly({ project }: { project: string | undefined }) {
  return (
    <div className={classes["page"]}>
      <AppHeader />
      <Center flex={1} component="main" p="md">
        <Stack align="center" gap="xs" data-testid="admins-only">
          <Title order={1} size="h3">
            This page is for admins
          </Title>
          <Text c="dimmed" ta="center">
            You may look at sessions. Ask an admin of this Tapedeck for what you need here.
          </Text>
          <Anchor
            component={Link}
            to={project ? `/p/${encodeURIComponent(project)}` : "/"}
            underline="always"
          >
            To the sessions
          </Anchor>
        </Stack>
      </Center>
    </div>
  );
}
