import type {
  Manifest,
  MarkerKind,
  MarkerList,
  Me,
  Problem,
  Project,
  ProjectKeys,
  SessionPage,
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

export function sessionApiUrl(project: string, session: string): string {
  return apiUrl(`projects/${encodeURIComponent(project)}/sessions/${encodeURIComponent(session)}`);
}

/** Asks the API; `path` is relative to `/api/v1/`. Fails with an {@link ApiError}. */
export async function call<T>(path: string, init?: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(new URL(path, apiBase), { credentials: "same-origin", ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError({ code: "UNREACHABLE", status: 0, detail: "The server can't be reached." });
  }
  if (!response.ok) throw await toApiError(response);
  return (response.status === 204 ? undefined : await response.json()) as T;
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

  manifest: (project: string, session: string, signal?: AbortSignal) =>
    call<Manifest>(sessionApiUrl(project, session), withSignal(signal)),

  markers: (project: string, session: string, kinds: readonly MarkerKind[], signal?: AbortSignal) =>
    call<MarkerList>(
      `${sessionApiUrl(project, session)}/markers?kind=${kinds.join(",")}`,
      withSignal(signal),
    ),
};

export function withSignal(signal: AbortSignal | undefined): RequestInit {
  return signal ? { signal } : {};
}

export function withJson(body: unknown): RequestInit {
  return { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}
