import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { api } from "../api/client";
import { type Draft, NO_DRAFT, sentOf } from "./notes";
import { notesKey } from "./useReplay";

/** The note that is being written, and what becomes of it. */
export interface NoteWriter {
  draft: Draft;
  setDraft: (draft: Draft) => void;
  /** Sends the draft, unless there is nothing in it or one is on its way. */
  send: () => void;
  /** It is on its way: it must not be changed until it is known whether it has arrived. */
  isPending: boolean;
  /** How many attempts have ended, well or not. */
  ended: number;
  /** Why the last one was not taken; null if it was, and while the next is on its way. */
  error: Error | null;
}

/**
 * Keeps a draft and sends it. To be used where it stays while people look at another tab: neither what they wrote nor
 * what becomes of it is lost then.
 *
 * @param address where the API has the notes; null where there are none
 * @param originMs the player's position 0, since the session's start
 */
export function useNoteWriter(address: string | null, originMs: number): NoteWriter {
  const client = useQueryClient();
  const [draft, setDraft] = useState(NO_DRAFT);
  const [ended, setEnded] = useState(0);
  // What is pending is known a moment later than it is sent: a second press in that moment is no second note.
  const isSending = useRef(false);
  const { mutate, isPending, error } = useMutation({
    mutationFn: (sent: Draft) => api.writeNote(address!, sentOf(sent, originMs)),
    onSuccess: (_, sent) => {
      // What was written meanwhile is another note.
      setDraft((now) => (now === sent ? NO_DRAFT : now));
      // Not waited for: the next note may be written while the list is asked for again.
      void client.invalidateQueries({ queryKey: notesKey(address) });
    },
    onSettled: () => {
      isSending.current = false;
      setEnded((count) => count + 1);
    },
  });
  const send = () => {
    if (address === null || draft.text.trim() === "" || isSending.current) return;
    isSending.current = true;
    mutate(draft);
  };
  return { draft, setDraft, send, isPending, ended, error };
}
