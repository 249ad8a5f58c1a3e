import { ActionIcon, Button, Center, Checkbox, Loader, Stack, Text, Textarea } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { ConfirmDialog } from "../../admin/ConfirmDialog";
import { api } from "../../api/client";
import { useMe } from "../../api/queries";
import type { Note } from "../../api/types";
import { formatAbsolute, formatAbsoluteShort } from "../../format";
import type { SessionPlayer } from "../../player/sessionPlayer";
import { NOTE_LENGTH_MAX, aboutOf, currentNote, mayDelete, written } from "../notes";
import { formatInstant, formatMoment, useTimeStyle } from "../timeStyle";
import type { NoteWriter } from "../useNoteWriter";
import { type NotesQuery, notesKey, usePlayerState } from "../useReplay";
import classes from "./NotesTab.module.css";

interface NotesTabProps {
  player: SessionPlayer;
  /** Where the API has the notes. */
  address: string;
  query: NotesQuery;
  /** Kept outside: looking at another tab must not lose what it holds. */
  writer: NoteWriter;
}

/** What people have written about the session, and where one writes more. */
export function NotesTab({ player, address, query, writer }: NotesTabProps) {
  const client = useQueryClient();
  const refetch = () => client.invalidateQueries({ queryKey: notesKey(address) });
  const { refetch: look } = query;
  // Whoever turns to the notes wants to see what others have written by now.
  const looked = useRef(false);
  useEffect(() => {
    if (!looked.current) void look();
    looked.current = true;
  }, [look]);
  return (
    <div className={classes["notes"]} tabIndex={0} role="region" aria-label="Notes">
      <Composer player={player} writer={writer} />
      {query.isPending && (
        <Center py="xl">
          <Loader size="sm" aria-label="Loading: Notes" />
        </Center>
      )}
      {query.error && (
        <Stack align="center" gap="xs" py="md" px="md" role="alert">
          <Text size="sm" c="dimmed" ta="center">
            {query.error.message}
          </Text>
          <Button size="xs" variant="default" onClick={() => void query.refetch()}>
            Try again
          </Button>
        </Stack>
      )}
      {query.data && query.data.length > 0 && (
        <NoteList player={player} address={address} notes={query.data} onDeleted={refetch} />
      )}
      {query.data?.length === 0 && !query.error && (
        <Text size="sm" c="dimmed" ta="center" py="lg" px="md">
          No notes yet. What you write is seen by everybody who may see this session, but not over links to
          it.
        </Text>
      )}
    </div>
  );
}

interface ComposerProps {
  player: SessionPlayer;
  writer: NoteWriter;
}

function Composer({ player, writer }: ComposerProps) {
  const { draft, setDraft, send, isPending, ended, error } = writer;
  const [timeStyle] = useTimeStyle();
  const field = useRef<HTMLTextAreaElement>(null);
  const positionMs = usePlayerState(player, (state) => Math.floor(state.positionMs / 1_000) * 1_000);
  const seen = useRef(ended);
  useEffect(() => {
    if (seen.current !== ended) field.current?.focus();
    seen.current = ended;
  }, [ended]);
  const isBlank = draft.text.trim() === "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    send();
  };
  const momentOf = (ms: number) => formatMoment(timeStyle, player.originAt, ms);
  const hasMoved = draft.atMs !== null && Math.abs(positionMs - draft.atMs) >= 1_000;
  return (
    <form className={classes["composer"]} onSubmit={submit}>
      <Textarea
        ref={field}
        aria-label="Note"
        placeholder="Write what you see at this moment"
        size="xs"
        autosize
        minRows={2}
        maxRows={8}
        maxLength={NOTE_LENGTH_MAX}
        readOnly={isPending}
        value={draft.text}
        onChange={(event) => setDraft(written(draft, event.currentTarget.value, player.positionMs))}
        onKeyDown={onKeyDown}
        data-testid="note-text"
      />
      <div className={classes["actions"]}>
        <Checkbox
          size="xs"
          label="Whole session"
          disabled={isPending}
          checked={draft.isWhole}
          onChange={(event) => setDraft({ ...draft, isWhole: event.currentTarget.checked })}
          data-testid="note-whole"
        />
        {hasMoved && !draft.isWhole && (
          <Button
            size="compact-xs"
            variant="default"
            disabled={isPending}
            onClick={() => setDraft({ ...draft, atMs: Math.floor(player.positionMs) })}
            data-testid="note-move"
          >
            Move to {momentOf(positionMs)}
          </Button>
        )}
        <Button
          type="submit"
          size="xs"
          className={classes["add"]!}
          disabled={isBlank}
          loading={isPending}
          data-testid="note-add"
        >
          {draft.isWhole ? "Add note" : `Add note at ${momentOf(draft.atMs ?? positionMs)}`}
        </Button>
      </div>
      {error && (
        <Text size="xs" c="var(--td-error)" role="alert">
          {error.message}
        </Text>
      )}
    </form>
  );
}

interface NoteListProps {
  player: SessionPlayer;
  address: string;
  notes: readonly Note[];
  onDeleted: () => unknown;
}

function NoteList({ player, address, notes, onDeleted }: NoteListProps) {
  const me = useMe().data;
  const [timeStyle] = useTimeStyle();
  const [asksFor, setAsksFor] = useState<Note | null>(null);
  const current = usePlayerState(player, (state) => currentNote(notes, state.positionMs));
  return (
    <>
      <ul className={classes["list"]} data-testid="notes">
        {notes.map((note, index) => (
          <NoteRow
            key={note.id}
            note={note}
            player={player}
            isCurrent={index === current}
            onDelete={mayDelete(note, me) ? () => setAsksFor(note) : undefined}
          />
        ))}
      </ul>
      {asksFor && (
        <ConfirmDialog
          title="Delete this note?"
          confirm="Delete"
          action={() => api.deleteNote(address, asksFor.id)}
          onDone={() => {
            setAsksFor(null);
            void onDeleted();
          }}
          onClose={() => setAsksFor(null)}
        >
          <Text size="sm">
            The note that {asksFor.author} wrote about {aboutOf(asksFor, timeStyle, player.originAt)} is gone
            for everybody. This can&apos;t be undone.
          </Text>
        </ConfirmDialog>
      )}
    </>
  );
}

interface NoteRowProps {
  note: Note;
  player: SessionPlayer;
  isCurrent: boolean;
  /** Undefined for those who may not. */
  onDelete: (() => void) | undefined;
}

function NoteRow({ note, player, isCurrent, onDelete }: NoteRowProps) {
  const [timeStyle] = useTimeStyle();
  const { atMs } = note;
  const about = aboutOf(note, timeStyle, player.originAt);
  return (
    <li
      className={classes["row"]}
      data-testid="note-row"
      data-note-id={note.id}
      data-at-ms={atMs ?? undefined}
      data-current={isCurrent || undefined}
    >
      <div className={classes["head"]}>
        {atMs === null ? (
          <span className={classes["whole"]}>Whole session</span>
        ) : (
          <button
            type="button"
            className={classes["time"]}
            title={formatInstant(timeStyle, player.originAt + atMs)}
            onClick={() => player.seek(atMs)}
            data-testid="note-time"
          >
            <span className="visually-hidden">Go to </span>
            {about}
          </button>
        )}
        <span className={classes["author"]} title={note.author}>
          {note.author}
        </span>
        <time
          className={classes["when"]}
          dateTime={new Date(note.createdAt).toISOString()}
          title={formatAbsolute(note.createdAt)}
        >
          {formatAbsoluteShort(note.createdAt)}
        </time>
        {onDelete && (
          <ActionIcon
            size="sm"
            variant="subtle"
            color="gray"
            className={classes["delete"]!}
            aria-label={`Delete the note of ${note.author} on ${about}`}
            onClick={onDelete}
            data-testid="note-delete"
          >
            <IconTrash size={14} aria-hidden />
          </ActionIcon>
        )}
      </div>
      <div className={classes["text"]} dir="auto" data-testid="note-says">
        {note.text}
      </div>
    </li>
  );
}
