import { Select } from "@mantine/core";
import { useNavigate } from "react-router";
import { useProjects } from "../api/queries";

interface ProjectSelectProps {
  project: string;
  /** The address of the same page for another project. */
  to: (slug: string) => string;
}

export function ProjectSelect({ project, to }: ProjectSelectProps) {
  const projects = useProjects();
  const navigate = useNavigate();
  const options = (projects.data ?? []).map(({ slug, name }) => ({ value: slug, label: name }));
  return (
    <Select
      aria-label="Project"
      size="xs"
      w={180}
      value={project}
      data={options.some((option) => option.value === project) ? options : [...options, project]}
      allowDeselect={false}
      onChange={(slug) => slug && void navigate(to(slug))}
      data-testid="project-select"
    />
  );
}
