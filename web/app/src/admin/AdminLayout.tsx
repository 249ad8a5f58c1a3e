import { ActionIcon, Tooltip } from "@mantine/core";
import {
  IconArrowLeft,
  IconClock,
  IconDatabase,
  IconEraser,
  IconFolders,
  IconHistory,
  IconKey,
  IconServer,
  IconSettings,
  IconUsers,
} from "@tabler/icons-react";
import { type ReactNode, useEffect, useRef } from "react";
import { Link, NavLink, useLocation } from "react-router";
import { useProjects } from "../api/queries";
import { AppHeader } from "../shell/AppHeader";
import { ProjectSelect } from "../shell/ProjectSelect";
import classes from "./admin.module.css";

interface AdminLayoutProps {
  project: string | undefined;
  children: ReactNode;
}

/** Where one can go on the left (on top where it is narrow), the page on the right. */
export function AdminLayout({ project, children }: AdminLayoutProps) {
  const { pathname } = useLocation();
  const page = pathname.split("/")[4] ?? "settings";
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    // Where the links stand in a row that scrolls, the current one must be seen.
    nav.current?.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [pathname]);
  return (
    <div className={classes["page"]}>
      <AppHeader>
        {project && (
          <>
            <Tooltip label="All sessions">
              <ActionIcon
                component={Link}
                to={`/p/${encodeURIComponent(project)}`}
                variant="subtle"
                color="gray"
                aria-label="Back to all sessions"
              >
                <IconArrowLeft size={18} />
              </ActionIcon>
            </Tooltip>
            <ProjectSelect project={project} to={(slug) => `/p/${encodeURIComponent(slug)}/admin/${page}`} />
          </>
        )}
      </AppHeader>
      <div className={classes["body"]}>
        <nav ref={nav} className={classes["nav"]} aria-label="Administration">
          {project && <ProjectLinks project={project} />}
          <h2>System</h2>
          <ul>
            <Item to="/admin" end icon={<IconFolders size={16} aria-hidden />} label="Projects" />
            <Item to="/admin/people" icon={<IconUsers size={16} aria-hidden />} label="People" />
            <Item to="/admin/erasures" icon={<IconEraser size={16} aria-hidden />} label="All erasures" />
            <Item to="/admin/audit" icon={<IconHistory size={16} aria-hidden />} label="Audit trail" />
            <Item to="/admin/nodes" icon={<IconServer size={16} aria-hidden />} label="Nodes" />
          </ul>
        </nav>
        <main className={classes["main"]}>{children}</main>
      </div>
    </div>
  );
}

function ProjectLinks({ project }: { project: string }) {
  const projects = useProjects();
  const name = projects.data?.find(({ slug }) => slug === project)?.name ?? project;
  const base = `/p/${encodeURIComponent(project)}/admin`;
  return (
    <>
      <h2 className="truncate">{name}</h2>
      <ul>
        <Item to={`${base}/settings`} icon={<IconSettings size={16} aria-hidden />} label="Settings" />
        <Item to={`${base}/keys`} icon={<IconKey size={16} aria-hidden />} label="Keys and origins" />
        <Item to={`${base}/retention`} icon={<IconClock size={16} aria-hidden />} label="Retention" />
        <Item to={`${base}/erasures`} icon={<IconEraser size={16} aria-hidden />} label="Erasures" />
        <Item to={`${base}/storage`} icon={<IconDatabase size={16} aria-hidden />} label="Storage" />
        <Item to={`${base}/audit`} icon={<IconHistory size={16} aria-hidden />} label="Changes" />
      </ul>
    </>
  );
}

function Item({ to, icon, label, end }: { to: string; icon: ReactNode; label: string; end?: boolean }) {
  return (
    <li>
      <NavLink to={to} end={end ?? false}>
        {icon}
        <span>{label}</span>
      </NavLink>
    </li>
  );
}
