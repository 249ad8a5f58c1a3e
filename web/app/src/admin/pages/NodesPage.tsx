import { Button, Text } from "@mantine/core";
import { useState } from "react";
import { admin } from "../../api/admin";
import { refresh, useNodes } from "../../api/adminQueries";
import type { StoreNode } from "../../api/adminTypes";
import { ConfirmDialog } from "../ConfirmDialog";
import { Answered, Empty, Headline, Table } from "../Section";
import classes from "../admin.module.css";
import { seen } from "../model/erasures";

/** The server refuses to retire a node that was seen since. */
const RUNS_MS = 60_000;

/** The processes that have a journal. */
export function NodesPage() {
  const nodes = useNodes();
  const [retires, setRetires] = useState<StoreNode | null>(null);
  const now = nodes.dataUpdatedAt;
  return (
    <>
      <Headline title="Nodes">
        Processes that take uploads keep them in a journal first. An erasure is final only when each of them
        has cleared its own.
      </Headline>
      <Answered query={nodes}>
        {(list) =>
          list.nodes.length === 0 ? (
            <Empty>No process has a journal.</Empty>
          ) : (
            <Table label="Nodes" testId="nodes">
              <thead>
                <tr>
                  <th scope="col">Node</th>
                  <th scope="col">Last seen</th>
                  <th scope="col">Erasures</th>
                  <th scope="col" className={classes["tight"]}>
                    <span className="visually-hidden">Actions</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {list.nodes.map((node) => (
                  <tr key={node.id}>
                    <td className="mono">{node.id}</td>
                    <td>{seen(node, now).replace(/^seen /, "")}</td>
                    <td>{node.erasuresPassed >= list.newestErasure ? "All cleared" : "Some outstanding"}</td>
                    <td className={classes["tight"]}>
                      {(node.seenAt ?? 0) < now - RUNS_MS && (
                        <Button size="xs" color="red.9" variant="outline" onClick={() => setRetires(node)}>
                          Retire…
                        </Button>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </Table>
          )
        }
      </Answered>
      {retires && (
        <ConfirmDialog
          title={`Retire ${retires.id}?`}
          confirm="Retire"
          action={() => admin.retireNode(retires.id)}
          onDone={() => {
            setRetires(null);
            void refresh("nodes", "erasures", "erasure");
          }}
          onClose={() => setRetires(null)}
        >
          <Text size="sm">
            Only if this node will never start again and its journal is gone. Erasures no longer wait for it.
          </Text>
        </ConfirmDialog>
      )}
    </>
  );
}
