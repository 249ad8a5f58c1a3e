import { Center, Loader, Text } from "@mantine/core";
import { Navigate } from "react-router";
import { useProjects } from "../api/queries";
import { ErrorNotice } from "./ErrorNotice";
import { lastProject } from "./lastProject";

/** Leads to the project looked at last, or to the first one. */
export function StartPage() {
  const projects = useProjects();
  if (projects.data) {
    const project = projects.data.find(({ slug }) => slug === lastProject()) ?? projects.data[0];
    if (project) return <Navigate to={`/p/${encodeURIComponent(project.slug)}`} replace />;
  }
  return (
    <Center h="100dvh" component="main" p="md">
      {projects.isError && <ErrorNotice error={projects.error} onRetry={() => void projects.refetch()} />}
      {projects.isPending && <Loader aria-label="Loading" />}
      {projects.data?.length === 0 && <Text>You have no access to any project.</Text>}
    </Center>
  );
}
