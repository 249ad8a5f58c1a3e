import { Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { IconCircleCheck, IconDownload, IconLoader } from "@tabler/icons-react";
import { Link, useParams } from "react-router";
import { admin } from "../../api/admin";
import { useErasure } from "../../api/adminQueries";
import type { Certificate as CertificateType, Erasure } from "../../api/adminTypes";
import { formatAbsolute, formatBytes, formatCount } from "../../format";
import { Answered, Headline, Section, Table } from "../Section";
import classes from "../admin.module.css";
import { describeSubject, steps } from "../model/erasures";
import { countSessions } from "../model/retention";
import { StateBadge } from "./ErasuresPage";

/** The rest is in the download. */
const OBJECTS_SHOWN = 50;

/** One erasure: how far it is, and what proves it. */
export function ErasurePage({ project }: { project: string }) {
  const { erasure: id = "" } = useParams();
  const query = useErasure(project, id);
  return (
    <>
      <Headline title="Erasure" />
      <Answered query={query}>
        {(erasure) => (
          <>
            <Facts erasure={erasure} />
            <Progress erasure={erasure} now={query.dataUpdatedAt} />
            {erasure.certificate && <Certificate erasure={erasure} certificate={erasure.certificate} />}
          </>
        )}
      </Answered>
      <Text size="sm">
        <Anchor
          component={Link}
          to={`/p/${encodeURIComponent(project)}/admin/erasures`}
          underline="always"
          size="sm"
        >
          All erasures of this project
        </Anchor>
      </Text>
    </>
  );
}

function Facts({ erasure }: { erasure: Erasure }) {
  return (
    <Section title={describeSubject(erasure)} testId="erasure">
      <dl className={classes["facts"]}>
        <dt>State</dt>
        <dd>
          <StateBadge finalAt={erasure.finalAt} />
        </dd>
        <dt>Covers</dt>
        <dd>{countSessions(erasure.sessions)}</dd>
        <dt>Requested</dt>
        <dd>
          {formatAbsolute(erasure.requestedAt)} by {erasure.requestedBy}
        </dd>
        {erasure.reason && (
          <>
            <dt>Reason</dt>
            <dd>{erasure.reason}</dd>
          </>
        )}
        {erasure.finalAt !== null && (
          <>
            <dt>Final</dt>
            <dd>{formatAbsolute(erasure.finalAt)}</dd>
          </>
        )}
        <dt>Id</dt>
        <dd className="mono">{erasure.id}</dd>
      </dl>
    </Section>
  );
}

function Progress({ erasure, now }: { erasure: Erasure; now: number }) {
  const isFinal = erasure.finalAt !== null;
  return (
    <Section
      title={isFinal ? "Completed" : "Still to be done"}
      about={
        isFinal
          ? undefined
          : "This page updates itself. It takes a few minutes, longer while a node is unreachable."
      }
    >
      <ul className={classes["steps"]} aria-live="polite" data-testid="erasure-steps">
        {steps(erasure.outstanding, now).map(({ label, left }) => (
          <li key={label} className={classes["step"]} data-done={left === null || undefined}>
            {left === null ? <IconCircleCheck size={18} aria-hidden /> : <IconLoader size={18} aria-hidden />}
            <span>
              {label}
              <span className={classes["minor"]}>{left === null ? " – done" : ` – ${left}`}</span>
            </span>
          </li>
        ))}
      </ul>
      {(erasure.outstanding?.nodes.length ?? 0) > 0 && (
        <Text size="sm" mt="sm">
          A node that will never start again can be{" "}
          <Anchor component={Link} to="/admin/nodes" underline="always" size="sm">
            retired
          </Anchor>
          .
        </Text>
      )}
    </Section>
  );
}

function Certificate({ erasure, certificate }: { erasure: Erasure; certificate: CertificateType }) {
  const { objects, objectsDeleted, bytesDeleted, nodes, outOfReach, digest } = certificate;
  return (
    <Section
      title="Certificate"
      about="What was deleted and when, what is out of reach, and a digest of it all."
      testId="certificate"
    >
      <Stack gap="md">
        <dl className={classes["facts"]}>
          <dt>Deleted</dt>
          <dd>
            {formatCount(objectsDeleted)} {objectsDeleted === 1 ? "object" : "objects"},{" "}
            {formatBytes(bytesDeleted)}
          </dd>
          <dt>Journals cleared</dt>
          <dd>{nodes.length === 0 ? "None were there" : nodes.join(", ")}</dd>
          <dt>Out of reach</dt>
          <dd>
            <ul className={classes["plain"]}>
              {outOfReach.map((one) => (
                <li key={one}>{one}</li>
              ))}
            </ul>
          </dd>
          <dt>Digest (SHA-256)</dt>
          <dd className="mono">{digest}</dd>
        </dl>
        {objects.length > 0 && <Objects objects={objects.slice(0, OBJECTS_SHOWN)} />}
        <Group>
          <Button
            component="a"
            href={admin.certificateUrl(erasure.project, erasure.id)}
            download
            variant="default"
            leftSection={<IconDownload size={16} aria-hidden />}
            data-testid="certificate-download"
          >
            Download the certificate
          </Button>
          {objectsDeleted > OBJECTS_SHOWN && (
            <Text size="sm" c="dimmed">
              It lists all {formatCount(objectsDeleted)} objects.
            </Text>
          )}
        </Group>
      </Stack>
    </Section>
  );
}

function Objects({ objects }: { objects: CertificateType["objects"] }) {
  return (
    <Table label="Deleted objects" testId="certificate-objects">
      <thead>
        <tr>
          <th scope="col">Object</th>
          <th scope="col" className={classes["number"]}>
            Size
          </th>
          <th scope="col">Deleted</th>
        </tr>
      </thead>
      <tbody>
        {objects.map(({ key, bytes, deletedAt }) => (
          <tr key={key}>
            <td className={classes["detail"]}>{key}</td>
            <td className={`${classes["number"]} ${classes["tight"]}`}>{formatBytes(bytes)}</td>
            <td className={classes["tight"]}>{deletedAt === null ? "–" : formatAbsolute(deletedAt)}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
