import { useAudit } from "../../api/adminQueries";
import type { AuditEntry } from "../../api/adminTypes";
import { formatAbsolute } from "../../format";
import { Answered, Empty, Headline, More, Table } from "../Section";
import classes from "../admin.module.css";

/** Characters of a detail that are shown at once. */
const LINE_MAX = 120;

/** Who changed what, in a project or everywhere. */
export function AuditPage({ project }: { project?: string }) {
  const trail = useAudit(project ?? null);
  return (
    <>
      <Headline title={project ? "Changes" : "Audit trail"}>
        Who changed what{project ? " in this project" : ""}, newest first. Entries are never deleted.
      </Headline>
      <Answered query={trail}>{() => <Trail entries={trail.entries} showsProject={!project} />}</Answered>
      <More query={trail} />
    </>
  );
}

function Trail({ entries, showsProject }: { entries: AuditEntry[]; showsProject: boolean }) {
  if (entries.length === 0) return <Empty>No changes yet.</Empty>;
  return (
    <Table label="Changes" testId="audit">
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Who</th>
          <th scope="col">Action</th>
          {showsProject && <th scope="col">Project</th>}
          <th scope="col">Of what</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.number} data-testid="audit-row">
            <td className={classes["tight"]}>{formatAbsolute(entry.at)}</td>
            <td>{entry.actor}</td>
            <td className={classes["tight"]}>{entry.action}</td>
            {showsProject && <td>{entry.project ?? "–"}</td>}
            <td>
              <div>{entry.subject ?? (entry.detail === null ? "–" : "")}</div>
              {entry.detail !== null && <Detail detail={entry.detail} />}
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

/** As a line; of a longer one its beginning, and all of it on demand. */
function Detail({ detail }: { detail: unknown }) {
  const line = JSON.stringify(detail);
  const look = `${classes["minor"]} ${classes["detail"]}`;
  if (line.length <= LINE_MAX) return <div className={look}>{line}</div>;
  return (
    <details className={look} data-testid="audit-detail">
      <summary>{line.slice(0, LINE_MAX)}…</summary>
      <pre>{JSON.stringify(detail, null, 2)}</pre>
    </details>
  );
}
