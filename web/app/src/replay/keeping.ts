import type { Session } from "../api/types";
import { formatAbsolute } from "../format";

/** Until when a session is kept, and why. */
export function describeKeeping({
  pinned,
  held,
  expiresAt,
}: Pick<Session, "pinned" | "held" | "expiresAt">): string {
  if (held) return "Kept: under legal hold";
  if (pinned) return "Kept: pinned";
  return expiresAt === null ? "Kept: no expiry is known" : `Kept until ${formatAbsolute(expiresAt)}`;
}
