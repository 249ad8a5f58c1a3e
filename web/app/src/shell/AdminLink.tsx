import { ActionIcon, Tooltip } from "@mantine/core";
import { IconSettings } from "@tabler/icons-react";
import { Link } from "react-router";
import { useMe } from "../api/queries";

/** Leads admins to a project's settings; others see nothing. */
export function AdminLink({ project }: { project: string }) {
  const me = useMe();
  if (me.data?.role !== "admin") return null;
  return (
    <Tooltip label="Administer this project">
      <ActionIcon
        component={Link}
        to={`/p/${encodeURIComponent(project)}/admin`}
        variant="subtle"
        color="gray"
        aria-label="Administer this project"
        data-testid="admin-link"
      >
        <IconSettings size={18} />
      </ActionIcon>
    </Tooltip>
  );
}
