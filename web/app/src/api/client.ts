import type {
  CreatedShare,
  Manifest,
  MarkerChoice,
  MarkerList,
  Me,
  NewNote,
  NewShare,
  Note,
  Problem,
  Project,
  ProjectKeys,
  SessionPage,
  SharedSession,
  Shares,
  View,
} from "./types";

/** An answer of the server other than 2xx, or none at all (`status` 0, code `UNREACHABLE`). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(problem: Problem, retryAfterSeconds?: number) {
    super(problem.detail ?? problem.title ?? problem.code);
    this.name = "ApiError";
    this.status = problem.status;
    this.code = problem.code;
    this.requestId = problem.requestId;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Where the app lives, e.g. `https://host/prefix/app/`: the server writes it into index.html's `<base>`. */
export const appBase = new URL(document.baseURI);

const apiBase = new URL("../api/v1/", appBase);

/** A page of the same server outside of the app, e.g. `demo`. */
export function serverUrl(path: string): string {
  return new URL(`../${path}`, appBase).href;
}

export function apiUrl(path: string): string {
  return new URL(path, apiBase).href;
}

/** Where the API has what a replay is made of. */
export interface SessionAddress {
  manifest: string;
  events: string;
  markers: string;
  /** Null where there is nothing to follow. */
  live: string | null;
  /** Null where notes are not to be seen. */
  notes: string | null;
}

/** Of a session, for those who are logged in. */
export function sessionAddress(project: string, session: string): SessionAddress {
  const url = apiUrl(sessionPath(project, session));
  return {
    manifest: url,
    events: `${url}/events`,
    markers: `${url}/markers`,
    live: `${url}/live`,
    notes: `${url}/notes`,
  };
}

/** Of the session that a link leads to, for those who have no account. */
export function sharedAddress(token: string): SessionAddress {
  const url = apiUrl(sharePath(token));
  return {
    manifest: `${url}/manifest`,
    events: `${url}/events`,
    markers: `${url}/markers`,
    live: null,
    notes: null,
  };
}

/** Asks the API for JSON; `path` is relative to `/api/v1/`. Fails with an {@link ApiError}. */
export async function call<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await ask(path, init);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** Asks the API; the answer is a good one. Fails with an {@link ApiError}. */
export async function ask(path: string, init?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(new URL(path, apiBase), { credentials: "same-origin", ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError({ code: "UNREACHABLE", status: 0, detail: "The server can't be reached." });
  }
  if (!response.ok) throw await toApiError(response);
  return response;
}

async function toApiError(response: Response): Promise<ApiError> {
  const retryAfter = Number(response.headers.get("Retry-After"));
  const fallback: Problem = {
    code: `HTTP_${response.status}`,
    status: response.status,
    detail: response.statusText || "The server refused the request.",
  };
  const requestId = response.headers.get("X-Request-Id");
  if (requestId) fallback.requestId = requestId;
  const problem = (await response.json().catch(() => ({}))) as Partial<Problem>;
  return new ApiError(
    { ...fallback, ...problem, status: response.status },
    retryAfter > 0 ? retryAfter : undefined,
  );
}

export function projectPath(project: string): string {
  return `projects/${encodeURIComponent(project)}`;
}

export function sessionPath(project: string, session: string): string {
  return `${projectPath(project)}/sessions/${encodeURIComponent(session)}`;
}

/** The words have no letter that would have to be escaped. */
export function markerQuery({ kinds, levels }: MarkerChoice): string {
  return `kind=${kinds.join(",")}${levels ? `&level=${levels.join(",")}` : ""}`;
}

function sharePath(token: string): string {
  return `shares/${encodeURIComponent(token)}`;
}

export const api = {
  me: (signal?: AbortSignal) => call<Me>("me", withSignal(signal)),

  login: (name: string, password: string) =>
    call<Me>("login", {
      method: "POST",
      ...withJson({ name, password }),
    }),

  logout: () => call<void>("logout", { method: "POST" }),

  changePassword: (currentPassword: string, newPassword: string) =>
    call<void>("me/password", { method: "POST", ...withJson({ currentPassword, newPassword }) }),

  projects: (signal?: AbortSignal) => call<{ projects: Project[] }>("projects", withSignal(signal)),

  keys: (project: string, signal?: AbortSignal) =>
    call<ProjectKeys>(`${projectPath(project)}/keys`, withSignal(signal)),

  sessions: (project: string, query: URLSearchParams, signal?: AbortSignal) =>
    call<SessionPage>(`${projectPath(project)}/sessions?${query}`, withSignal(signal)),

  manifest: (address: SessionAddress, signal?: AbortSignal) =>
    call<Manifest>(address.manifest, withSignal(signal)),

  markers: (address: SessionAddress, choice: MarkerChoice, signal?: AbortSignal) =>
    call<MarkerList>(`${address.markers}?${markerQuery(choice)}`, withSignal(signal)),

  notes: (address: string, signal?: AbortSignal) => call<{ notes: Note[] }>(address, withSignal(signal)),

  writeNote: (address: string, note: NewNote) => call<Note>(address, { method: "POST", ...withJson(note) }),

  deleteNote: (address: string, id: string) =>
    call<void>(`${address}/${encodeURIComponent(id)}`, { method: "DELETE" }),

  shares: (project: string, session: string, signal?: AbortSignal) =>
    call<Shares>(`${sessionPath(project, session)}/shares`, withSignal(signal)),

  createShare: (project: string, session: string, share: NewShare) =>
    call<CreatedShare>(`${sessionPath(project, session)}/shares`, { method: "POST", ...withJson(share) }),

  revokeShare: (project: string, session: string, id: string) =>
    call<void>(`${sessionPath(project, session)}/shares/${encodeURIComponent(id)}`, { method: "DELETE" }),

  views: (project: string, session: string, signal?: AbortSignal) =>
    call<{ views: View[] }>(`${sessionPath(project, session)}/views`, withSignal(signal)),

  /** What a link leads to; for those who have no account. */
  shared: (token: string, signal?: AbortSignal) => call<SharedSession>(sharePath(token), withSignal(signal)),
};

export function withSignal(signal: AbortSignal | undefined): RequestInit {
  return signal ? { signal } : {};
}

export function withJson(body: unknown): RequestInit {
  return { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}
