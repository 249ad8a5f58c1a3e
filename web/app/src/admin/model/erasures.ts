import type { Erasure, Outstanding, StoreNode } from "../../api/adminTypes";
import { formatCount, formatRelative } from "../../format";

/** One thing that has to happen before an erasure is final. */
export interface Step {
  label: string;
  /** What is left of it; null once it is done. */
  left: string | null;
}

/** The session abc · The user ada · The whole project. */
export function describeSubject({ kind, name }: Pick<Erasure, "kind" | "name">): string {
  switch (kind) {
    case "session":
      return `Session ${name ?? ""}`.trim();
    case "user":
      return name === null ? "A user" : `User ${name}`;
    case "project":
      return "The whole project";
  }
}

export function steps(outstanding: Outstanding | null, now: number): Step[] {
  const { sessions, objects, segments, intents, nodes } = outstanding ?? DONE;
  return [
    { label: "Take out what describes the sessions", left: left(sessions, "session", "sessions") },
    { label: "Let writes under way end", left: left(intents, "write", "writes") },
    { label: "Rewrite segments that hold others, too", left: left(segments, "segment", "segments") },
    { label: "Delete objects from the object store", left: left(objects, "object", "objects") },
    { label: "Clear the journals of all nodes", left: nodes.length === 0 ? null : nodesLeft(nodes, now) },
  ];
}

const DONE: Outstanding = { sessions: 0, objects: 0, segments: 0, intents: 0, nodes: [] };

function left(count: number, one: string, many: string): string | null {
  return count === 0 ? null : `${formatCount(count)} ${count === 1 ? one : many} to go`;
}

function nodesLeft(nodes: readonly StoreNode[], now: number): string {
  return `waiting for ${nodes.map((node) => `${node.id} (${seen(node, now)})`).join(", ")}`;
}

export function seen({ seenAt }: StoreNode, now: number): string {
  return seenAt === null ? "never seen" : `seen ${formatRelative(seenAt, now)}`;
}
