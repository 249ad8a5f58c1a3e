import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { ApiError, type SessionAddress } from "../api/client";
import type { LiveChange, Manifest } from "../api/types";
import { grow } from "./growth";
import { LiveFeed, type LiveStatus } from "./liveFeed";
import { refetcher } from "./refetching";
import { type ManifestQuery, manifestKey } from "./useReplay";

/**
 * A session is settled after a few minutes of silence, but its visitor may come back to it: recorders begin another one
 * only after half an hour. For so long it is looked at now and then.
 */
const MAY_GO_ON_MS = 30 * 60_000;
const LOOK_AGAIN_MS = 15_000;

/**
 * Keeps a session's manifest up to date for as long as the session is recorded and the page is in sight: browsers share
 * few connections among all pages of a server, and a hidden page needs none.
 */
export function useLive(address: SessionAddress, query: ManifestQuery): LiveStatus {
  const [status, setStatus] = useState<LiveStatus>("off");
  const client = useQueryClient();
  const latest = useRef(query);
  latest.current = query;
  const isLive = query.data?.session.phase === "live";
  const { live, manifest } = address;

  useEffect(() => {
    if (!isLive || live === null) return;
    const key = manifestKey({ manifest });
    const isFetching = () => client.isFetching({ queryKey: key }) > 0;
    const refetch = () => latest.current.refetch();
    const refetchOnce = refetcher(isFetching, () => latest.current.refetch({ cancelRefetch: false }));
    const feed = new LiveFeed({
      open: (since) => new EventSource(`${live}?since=${since}`),
      refresh: async () => whatToFollow(await refetch()),
      onChange: (change: LiveChange) => {
        const known = client.getQueryData<Manifest>(key);
        if (known?.rev === change.rev) return;
        const grown = known && !isFetching() ? grow(known, change) : null;
        if (grown) client.setQueryData(key, grown);
        else refetchOnce();
      },
      onStatus: (newer) => {
        setStatus(newer);
        if (newer === "settled") void refetch();
      },
    });
    const onVisibility = () => {
      if (document.hidden) feed.stop();
      else feed.resume();
    };
    if (!document.hidden && latest.current.data) feed.start(latest.current.data.rev);
    document.addEventListener("visibilitychange", onVisibility);
    return () => {
      document.removeEventListener("visibilitychange", onVisibility);
      feed.stop();
    };
  }, [isLive, live, manifest, client]);

  useEffect(() => {
    if (status !== "settled") return;
    const until = Date.now() + MAY_GO_ON_MS;
    const timer = setInterval(() => {
      if (Date.now() >= until) clearInterval(timer);
      else if (!document.hidden) void latest.current.refetch({ cancelRefetch: false });
    }, LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [status]);

  return status;
}

function whatToFollow(answer: {
  data: Manifest | undefined;
  error: Error | null;
}): { rev: number } | "settled" | "gone" {
  const { data, error } = answer;
  if (error instanceof ApiError && (error.status === 404 || error.status === 410)) return "gone";
  if (error || !data) throw error ?? new Error("no manifest");
  return data.session.phase === "settled" ? "settled" : { rev: data.rev };
}
