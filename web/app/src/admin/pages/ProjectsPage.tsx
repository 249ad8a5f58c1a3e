import { Anchor, Button, Group, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link, useNavigate } from "react-router";
import { admin } from "../../api/admin";
import { refresh } from "../../api/adminQueries";
import { useProjects } from "../../api/queries";
import { ErrorNotice } from "../../shell/ErrorNotice";
import { Answered, Headline, Section, Table } from "../Section";
import classes from "../admin.module.css";
import { slugProblem, suggestSlug } from "../model/projects";

/** All projects, and a new one. */
export function ProjectsPage() {
  const projects = useProjects();
  return (
    <>
      <Headline title="Projects">
        A project has sessions, write keys and rules of its own. Sites that belong together share one.
      </Headline>
      <Answered query={projects}>
        {(list) => (
          <Table label="Projects" testId="projects">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Slug</th>
                <th scope="col" className={classes["tight"]}>
                  <span className="visually-hidden">Links</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {list.map(({ slug, name }) => (
                <tr key={slug}>
                  <td>
                    <Anchor
                      component={Link}
                      to={`/p/${encodeURIComponent(slug)}/admin`}
                      size="sm"
                      fw={600}
                      c="inherit"
                      underline="always"
                    >
                      {name}
                    </Anchor>
                  </td>
                  <td className="mono">{slug}</td>
                  <td className={classes["tight"]}>
                    <Anchor
                      component={Link}
                      to={`/p/${encodeURIComponent(slug)}`}
                      size="sm"
                      underline="always"
                    >
                      Sessions
                      <span className="visually-hidden"> of {name}</span>
                    </Anchor>
                  </td>
                </tr>
              ))}
            </tbody>
          </Table>
        )}
      </Answered>
      <NewProject />
    </>
  );
}

function NewProject() {
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [chosenSlug, setSlug] = useState<string | null>(null);
  const slug = chosenSlug ?? suggestSlug(name);
  const create = useMutation({
    mutationFn: () => admin.createProject(slug, name.trim()),
    onSuccess: async ({ slug: made }) => {
      await refresh("projects");
      await navigate(`/p/${encodeURIComponent(made)}/admin/keys`);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (slugProblem(slug) === null) create.mutate();
  };
  return (
    <Section title="New project" about="It starts with 30 days of retention and without a write key.">
      <form onSubmit={submit}>
        <Stack gap="sm" maw={460}>
          <TextInput
            label="Name"
            required
            withAsterisk={false}
            maxLength={100}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-testid="project-name"
          />
          <TextInput
            label="Slug"
            description="Used in addresses and object keys; it can't be changed later."
            value={slug}
            error={(name !== "" || chosenSlug !== null) && slugProblem(slug)}
            onChange={(event) => setSlug(event.currentTarget.value)}
            data-testid="project-slug"
          />
          {create.error && <ErrorNotice error={create.error} />}
          <Group>
            <Button type="submit" loading={create.isPending} data-testid="project-create">
              Make the project
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
