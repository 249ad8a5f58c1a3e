import type {
  ApiToken,
  AuditPage,
  Erasure,
  ErasurePage,
  MadeToken,
  NodeList,
  ProjectChange,
  ProjectDetails,
  Retention,
  RetentionPreview,
  Storage,
  User,
} from "./adminTypes";
import { apiUrl, call, projectPath, sessionPath, withJson, withSignal } from "./client";
import type { ProjectKey, Role, Session } from "./types";

/** What only admins may call. `project: null` stands for all projects. */
export const admin = {
  project: (slug: string, signal?: AbortSignal) =>
    call<ProjectDetails>(projectPath(slug), withSignal(signal)),

  createProject: (slug: string, name: string) =>
    call<ProjectDetails>("projects", {
      method: "POST",
      ...withJson(name ? { slug, name } : { slug }),
    }),

  changeProject: (slug: string, change: ProjectChange) =>
    call<ProjectDetails>(projectPath(slug), { method: "PATCH", ...withJson(change) }),

  eraseProject: (slug: string, reason: string) =>
    call<Erasure>(`${projectPath(slug)}${query({ reason })}`, { method: "DELETE" }),

  createKey: (project: string, key: string | null) =>
    call<ProjectKey>(`${projectPath(project)}/keys`, { method: "POST", ...withJson(key ? { key } : {}) }),

  revokeKey: (project: string, key: string) =>
    call<void>(`${projectPath(project)}/keys/${encodeURIComponent(key)}`, { method: "DELETE" }),

  setRetention: (project: string, retention: Retention) =>
    call<Retention>(`${projectPath(project)}/retention`, { method: "PUT", ...withJson(retention) }),

  previewRetention: (project: string, retention: Retention) =>
    call<RetentionPreview>(`${projectPath(project)}/retention/preview`, {
      method: "POST",
      ...withJson(retention),
    }),

  markSession: (project: string, session: string, marks: { pinned?: boolean; held?: boolean }) =>
    call<Session>(sessionPath(project, session), { method: "PATCH", ...withJson(marks) }),

  eraseSession: (project: string, session: string, reason: string) =>
    call<Erasure>(`${sessionPath(project, session)}${query({ reason })}`, { method: "DELETE" }),

  eraseUser: (project: string, user: string, reason: string) =>
    call<Erasure>(
      `${projectPath(project)}/subjects/${encodeURIComponent(user)}/erasure${query({ reason })}`,
      { method: "POST" },
    ),

  erasures: (project: string | null, cursor: string | null, signal?: AbortSignal) =>
    call<ErasurePage>(`${place(project)}erasures${query({ cursor })}`, withSignal(signal)),

  erasure: (project: string, id: string, signal?: AbortSignal) =>
    call<Erasure>(erasurePath(project, id), withSignal(signal)),

  certificateUrl: (project: string, id: string) => apiUrl(`${erasurePath(project, id)}/certificate`),

  storage: (project: string, signal?: AbortSignal) =>
    call<Storage>(`${projectPath(project)}/storage`, withSignal(signal)),

  audit: (project: string | null, cursor: string | null, signal?: AbortSignal) =>
    call<AuditPage>(`${place(project)}audit${query({ cursor })}`, withSignal(signal)),

  nodes: (signal?: AbortSignal) => call<NodeList>("nodes", withSignal(signal)),

  retireNode: (node: string) =>
    call<void>(`nodes/${encodeURIComponent(node)}/retirement`, { method: "POST" }),

  users: (signal?: AbortSignal) => call<{ users: User[] }>("users", withSignal(signal)),

  addUser: (name: string, role: Role, password: string) =>
    call<User>("users", { method: "POST", ...withJson({ name, role, password }) }),

  changeUser: (name: string, change: { role?: Role; password?: string }) =>
    call<User>(userPath(name), { method: "PATCH", ...withJson(change) }),

  removeUser: (name: string) => call<void>(userPath(name), { method: "DELETE" }),

  tokens: (signal?: AbortSignal) => call<{ tokens: ApiToken[] }>("tokens", withSignal(signal)),

  createToken: (name: string, role: Role) =>
    call<MadeToken>("tokens", { method: "POST", ...withJson({ name, role }) }),

  revokeToken: (id: string) => call<void>(`tokens/${encodeURIComponent(id)}`, { method: "DELETE" }),
};

function userPath(name: string): string {
  return `users/${encodeURIComponent(name)}`;
}

function place(project: string | null): string {
  return project === null ? "" : `${projectPath(project)}/`;
}

function erasurePath(project: string, id: string): string {
  return `${projectPath(project)}/erasures/${encodeURIComponent(id)}`;
}

/** What is empty or null is left out. */
function query(parameters: Record<string, string | null>): string {
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
}
