import { ApiError } from "../api/client";
import { formatDuration } from "../format";

/** Why a password was not taken, in words; `wrong` if it is not the right one. */
export function loginProblem(error: Error, wrong: string): string {
  if (!(error instanceof ApiError)) return error.message;
  if (error.code === "BAD_CREDENTIALS") return wrong;
  if (error.status === 429) {
    const wait = error.retryAfterSeconds
      ? ` Try again in ${formatDuration(error.retryAfterSeconds * 1_000)}.`
      : "";
    return `Too many attempts.${wait}`;
  }
  return error.message;
}
