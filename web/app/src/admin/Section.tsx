import { Button, Center, Loader, Stack, Text, Title } from "@mantine/core";
import type { UseInfiniteQueryResult, UseQueryResult } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { ErrorNotice } from "../shell/ErrorNotice";
import classes from "./admin.module.css";

interface HeadlineProps {
  title: string;
  children?: ReactNode;
}

/** A page's heading, with a sentence of what it is for. */
export function Headline({ title, children }: HeadlineProps) {
  useEffect(() => {
    document.title = `${title} – Tapedeck`;
  }, [title]);
  return (
    <div className={classes["headline"]}>
      <Title order={1} size="h4">
        {title}
      </Title>
      {children && <p>{children}</p>}
    </div>
  );
}

interface SectionProps {
  title: string;
  about?: ReactNode;
  danger?: boolean;
  testId?: string;
  children: ReactNode;
}

export function Section({ title, about, danger, testId, children }: SectionProps) {
  return (
    <section
      className={classes["section"]}
      data-danger={danger || undefined}
      data-testid={testId}
      aria-label={title}
    >
      <div className={classes["sectionHead"]}>
        <h2>{title}</h2>
        {about && <p>{about}</p>}
      </div>
      {children}
    </section>
  );
}

interface AnsweredProps<T> {
  query: Pick<UseQueryResult<T>, "data" | "isError" | "error" | "refetch"> & {
    /** Told by {@link More}, below the list. */
    isFetchNextPageError?: boolean;
  };
  children: (data: T) => ReactNode;
}

/** What was asked for, once it is there; until then that it is loading. Above it, why it can't be had (any more). */
export function Answered<T>({ query, children }: AnsweredProps<T>) {
  const { data, isError, error, isFetchNextPageError } = query;
  return (
    <>
      {isError && !isFetchNextPageError && (
        <ErrorNotice error={error!} onRetry={() => void query.refetch()} />
      )}
      {data !== undefined && children(data)}
      {data === undefined && !isError && (
        <Center py={60}>
          <Loader aria-label="Loading" />
        </Center>
      )}
    </>
  );
}

interface TableProps {
  label: string;
  testId: string;
  /** The head cells and the rows. */
  children: ReactNode;
}

/** A table that scrolls sideways where it is too wide, also by keys. */
export function Table({ label, testId, children }: TableProps) {
  return (
    <div className={classes["scroll"]} tabIndex={0} role="region" aria-label={label}>
      <table className={classes["table"]} data-testid={testId}>
        {children}
      </table>
    </div>
  );
}

export function Empty({ children }: { children: ReactNode }) {
  return (
    <Text size="sm" c="dimmed" py="sm" data-testid="empty">
      {children}
    </Text>
  );
}

interface MoreProps {
  query: Pick<
    UseInfiniteQueryResult,
    "hasNextPage" | "isFetchingNextPage" | "isFetchNextPageError" | "error" | "fetchNextPage"
  >;
}

/** Loads the next page of a list. */
export function More({ query }: MoreProps) {
  if (!query.hasNextPage) return null;
  return (
    <Stack align="center" gap="xs">
      {query.isFetchNextPageError && <ErrorNotice error={query.error!} />}
      <Button
        variant="default"
        size="xs"
        loading={query.isFetchingNextPage}
        onClick={() => void query.fetchNextPage()}
      >
        Load more
      </Button>
    </Stack>
  );
}
