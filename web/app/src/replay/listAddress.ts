import { useLocation } from "react-router";

/** What a link to a session hands on: the query of the list that it was in, or came from. */
export interface FromList {
  list: string;
}

/** What a link from one session to another hands on. */
export function useFromList(): FromList {
  const { state } = useLocation();
  const list = (state as Partial<FromList> | null)?.list;
  return { list: typeof list === "string" ? list : "" };
}

/** The list of sessions, filtered and ordered as one left it. */
export function useListAddress(project: string): { pathname: string; search: string } {
  return { pathname: `/p/${encodeURIComponent(project)}`, search: useFromList().list };
}
