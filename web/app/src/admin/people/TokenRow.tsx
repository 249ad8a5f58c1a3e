import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { admin } from "../../api/admin";
import { refresh } from "../../api/adminQueries";
import type { ApiToken } from "../../api/adminTypes";
import { formatAbsolute } from "../../format";
import { ConfirmDialog } from "../ConfirmDialog";
import classes from "../admin.module.css";

/** One API token; what it consists of nobody knows any more. */
export function TokenRow({ token: { id, name, role, createdAt } }: { token: ApiToken }) {
  const [asks, setAsks] = useState(false);
  return (
    <div data-testid="token-row" data-name={name}>
      <Group justify="space-between" gap="xs">
        <div style={{ minWidth: 0 }}>
          <div style={{ overflowWrap: "anywhere", fontWeight: 600 }}>{name}</div>
          <div className={classes["minor"]}>
            {role === "admin" ? "Admin" : "Viewer"}, made {formatAbsolute(createdAt)}, id{" "}
            <span className="mono">{id}</span>
          </div>
        </div>
        <Button
          size="xs"
          color="red.9"
          variant="outline"
          onClick={() => setAsks(true)}
          data-testid="token-revoke"
        >
          Revoke…
        </Button>
      </Group>
      {asks && (
        <ConfirmDialog
          title="Revoke this token?"
          confirm="Revoke for good"
          action={() => admin.revokeToken(id)}
          onDone={() => {
            setAsks(false);
            void refresh("tokens");
          }}
          onClose={() => setAsks(false)}
        >
          <Text size="sm">Programs that use “{name}” are refused within seconds.</Text>
        </ConfirmDialog>
      )}
    </div>
  );
}
