import { useStorage } from "../../api/adminQueries";
import type { Storage } from "../../api/adminTypes";
import { formatBytes, formatCount } from "../../format";
import { Answered, Headline, Section } from "../Section";
import classes from "../admin.module.css";

/** What is stored, in numbers. */
export function StoragePage({ project }: { project: string }) {
  const storage = useStorage(project);
  return (
    <>
      <Headline title="Storage">A project’s numbers are up to a minute old.</Headline>
      <Answered query={storage}>{(numbers) => <Numbers storage={numbers} />}</Answered>
    </>
  );
}

function Numbers({ storage }: { storage: Storage }) {
  const { removed, system } = storage;
  const ratio = storage.bytesStored > 0 ? storage.bytesRaw / storage.bytesStored : 0;
  return (
    <>
      <Section title="This project" testId="storage-project">
        <Figures
          figures={[
            ["Sessions", formatCount(storage.sessions)],
            ["Not settled yet", formatCount(storage.unsettledSessions)],
            ["Recorded", formatBytes(storage.bytesRaw), "of events, as JSON"],
            [
              "Stored",
              formatBytes(storage.bytesStored),
              ratio >= 1 ? `${ratio.toFixed(1)} times smaller` : undefined,
            ],
          ]}
        />
      </Section>
      <Section title="Removed so far">
        <Figures
          figures={[
            ["By retention", formatCount(removed.sessionsExpired), formatBytes(removed.bytesExpired)],
            ["By erasure", formatCount(removed.sessionsErased), formatBytes(removed.bytesErased)],
          ]}
        />
      </Section>
      <Section title="The whole system" about="Across all projects." testId="storage-system">
        <Figures
          figures={[
            ["Sessions", formatCount(system.sessions)],
            ["Not settled yet", formatCount(system.unsettledSessions)],
            ["Segments", formatCount(system.segments), "hold what is not settled"],
            ["Recordings", formatCount(system.recordings), "hold what is settled"],
            ["To be deleted", formatCount(system.doomedObjects), "objects no longer referenced"],
            [
              "Journal",
              system.journalBytes === null ? "–" : formatBytes(system.journalBytes),
              system.journalBytes === null ? "this process has none" : "not in a segment yet",
            ],
          ]}
        />
      </Section>
    </>
  );
}

type Figure = [name: string, value: string, note?: string | undefined];

function Figures({ figures }: { figures: Figure[] }) {
  return (
    <dl className={classes["figures"]}>
      {figures.map(([name, value, note]) => (
        <div key={name} className={classes["figure"]}>
          <dt>{name}</dt>
          <dd>{value}</dd>
          {note && <dd className={classes["figureNote"]}>{note}</dd>}
        </div>
      ))}
    </dl>
  );
}
