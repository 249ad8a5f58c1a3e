import { Button, Center, Group, Loader, Stack, Text, Title } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useParams, useSearchParams } from "react-router";
import { formatCount } from "../format";
import { AdminLink } from "../shell/AdminLink";
import { AppHeader } from "../shell/AppHeader";
import { ErrorNotice } from "../shell/ErrorNotice";
import { ProjectSelect } from "../shell/ProjectSelect";
import { rememberProject } from "../shell/lastProject";
import { EmptyState } from "./EmptyState";
import { FilterBar } from "./FilterBar";
import { SessionTable } from "./SessionTable";
import classes from "./SessionsPage.module.css";
import { type Filters, NO_FILTERS, countFilters, parseFilters, writeFilters } from "./filters";
import { PAGE_SIZE, useSessions } from "./useSessions";

export function SessionsPage() {
  const { project = "" } = useParams();
  const [params, setParams] = useSearchParams();
  const filters = useMemo(() => parseFilters(params), [params]);
  const setFilters = (next: Filters) => setParams(writeFilters(next), { replace: true });
  const list = useSessions(project, filters);
  const now = useNow(list.lookedAt);

  useEffect(() => {
    document.title = `Sessions of ${project} – Tapedeck`;
    rememberProject(project);
  }, [project]);

  // Until there is an answer to these filters, what is shown is the list before, and must not pass for it.
  const isOfBefore = list.isPlaceholderData;
  const isEmpty = !isOfBefore && !list.isPending && !list.error && list.sessions.length === 0;
  return (
    <div className={classes["page"]}>
      <AppHeader>
        <ProjectSelect project={project} to={(slug) => `/p/${encodeURIComponent(slug)}`} />
        <AdminLink project={project} />
      </AppHeader>
      <main className={classes["main"]}>
        <Group justify="space-between" align="center" className={classes["headline"]}>
          <Title order={1} size="h4">
            Sessions
          </Title>
          <Group gap="sm">
            {list.newCount > 0 && (
              <Button
                variant="subtle"
                size="compact-sm"
                leftSection={<IconRefresh size={14} aria-hidden />}
                onClick={() => void list.showNew()}
                data-testid="new-sessions"
              >
                {newSessions(list.newCount)}
              </Button>
            )}
            {isOfBefore && <Loader size="xs" aria-label="Loading sessions" />}
            <Text size="sm" c="dimmed" aria-live="polite" data-testid="session-count">
              {isOfBefore ? "" : summary(list.sessions.length, list.hasNextPage)}
            </Text>
          </Group>
        </Group>
        <FilterBar filters={filters} onChange={setFilters} />
        {list.error && !list.isFetchNextPageError && (
          <Center py={list.sessions.length === 0 ? "xl" : "xs"}>
            <ErrorNotice error={list.error} onRetry={() => void list.lookAgain()} />
          </Center>
        )}
        {list.isPending && (
          <Center py={80}>
            <Loader aria-label="Loading sessions" />
          </Center>
        )}
        {isEmpty && countFilters(filters) === 0 && <EmptyState project={project} />}
        {isEmpty && countFilters(filters) > 0 && (
          <NoMatch isOfUser={filters.user !== ""} onClear={() => setFilters(NO_FILTERS)} />
        )}
        {list.sessions.length > 0 && (
          <>
            <div className={classes["list"]} aria-busy={isOfBefore}>
              <SessionTable project={project} sessions={list.sessions} now={now} />
            </div>
            {list.hasNextPage && <LoadMore list={list} />}
          </>
        )}
      </main>
    </div>
  );
}

function summary(count: number, more: boolean): string {
  if (count === 0) return "";
  return `${formatCount(count)}${more ? "+" : ""} ${count === 1 && !more ? "session" : "sessions"}`;
}

/** No more than a page is known of. */
function newSessions(count: number): string {
  return `${count}${count < PAGE_SIZE ? "" : "+"} new ${count === 1 ? "session" : "sessions"}`;
}

/** Relative times are told as of the last answer, and every half minute without one. */
function useNow(updatedAt: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return Math.max(now, updatedAt);
}

function NoMatch({ isOfUser, onClear }: { isOfUser: boolean; onClear: () => void }) {
  return (
    <Center py={80} data-testid="no-match">
      <div style={{ textAlign: "center" }}>
        <Text fw={600}>No session matches</Text>
        <Text size="sm" c="dimmed" mb="md">
          Try fewer filters, or a longer time range.
          {isOfUser && (
            <>
              <br />A user id must be given in full, with the same capital letters.
            </>
          )}
        </Text>
        <Button variant="default" size="xs" onClick={onClear}>
          Clear the filters
        </Button>
      </div>
    </Center>
  );
}

/** Loads the next page as it comes into view; a button for those who do not scroll, and after a failure. */
function LoadMore({ list }: { list: ReturnType<typeof useSessions> }) {
  const ref = useRef<HTMLDivElement>(null);
  const load = useRef(list.fetchNextPage);
  load.current = list.fetchNextPage;
  const loadsInView = !list.isFetchingNextPage && !list.error;
  useEffect(() => {
    const element = ref.current;
    if (!element || !loadsInView) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && void load.current(), {
      rootMargin: "300px",
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [loadsInView]);
  return (
    <Stack ref={ref} align="center" gap="xs" py="md">
      {list.isFetchNextPageError && list.error && <ErrorNotice error={list.error} />}
      <Button
        variant="default"
        size="xs"
        loading={list.isFetchingNextPage}
        onClick={() => void list.fetchNextPage()}
        data-testid="load-more"
      >
        Load more
      </Button>
    </Stack>
  );
}
