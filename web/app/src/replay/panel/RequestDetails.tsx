import { Button, Group, Loader, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Marker } from "../../api/types";
import { textOf } from "../markers";
import { type RequestContent, findContent } from "../requestContent";
import { Details } from "./Details";
import { ValueTree, isNested, parseRecorded } from "./ValueTree";
import classes from "./tabs.module.css";

interface RequestDetailsProps {
  marker: Marker;
  eventsUrl: string;
  /** Whether the recorder may have sent headers and bodies. */
  mayHaveContent: boolean;
}

const PARTS: readonly [keyof RequestContent, string][] = [
  ["requestHeaders", "Request headers"],
  ["requestBody", "Request body"],
  ["responseHeaders", "Response headers"],
  ["responseBody", "Response body"],
];

/** An opened request: its whole address, and its headers and bodies where they were recorded and kept. */
export function RequestDetails({ marker, eventsUrl, mayHaveContent }: RequestDetailsProps) {
  const url = textOf(marker, "url") || marker.title;
  const content = useQuery({
    queryKey: ["requestContent", eventsUrl, marker.window, marker.at, marker.data],
    queryFn: ({ signal }) => findContent(eventsUrl, marker, signal),
    enabled: mayHaveContent,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  return (
    <>
      <Details title="Address" text={url}>
        <div className={classes["stack"]}>{url}</div>
      </Details>
      {content.isLoading && (
        <Group gap="xs" mt={6}>
          <Loader size={12} aria-hidden />
          <Text size="xs" c="dimmed">
            Looking for headers and bodies…
          </Text>
        </Group>
      )}
      {content.error && (
        <Group gap="xs" mt={6} role="alert">
          <Text size="xs" c="dimmed">
            Headers and bodies: {content.error.message}
          </Text>
          <Button size="compact-xs" variant="default" onClick={() => void content.refetch()}>
            Try again
          </Button>
        </Group>
      )}
      {PARTS.map(([part, title]) => {
        const value = content.data?.[part];
        return value !== undefined && <Part key={part} title={title} value={parseRecorded(value)} />;
      })}
    </>
  );
}

function Part({ title, value }: { title: string; value: unknown }) {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return (
    <Details title={title} text={text}>
      {isNested(value) ? <ValueTree value={value} /> : <div className={classes["stack"]}>{text}</div>}
    </Details>
  );
}
