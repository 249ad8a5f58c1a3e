import { useState } from "react";

/**
 * What was changed in a form and is not saved yet. All else in the form follows the server, and is not sent: others
 * may have changed it in the meantime.
 */
export function useDraft<F extends object>(stored: F) {
  const [draft, setDraft] = useState<Partial<F>>({});
  return {
    draft,
    form: { ...stored, ...draft },
    edit: (change: Partial<F>) => setDraft((before) => without(stored, { ...before, ...change })),
    /** What was sent is the server's now; what was changed since is still to be saved. */
    settle: (sent: Partial<F>) => setDraft((now) => without(sent, now)),
  };
}

/** The fields that are not the same there. */
function without<F extends object>(there: Partial<F>, fields: Partial<F>): Partial<F> {
  const differs = ([name, value]: [string, unknown]) => value !== there[name as keyof F];
  return Object.fromEntries(Object.entries(fields).filter(differs)) as Partial<F>;
}
