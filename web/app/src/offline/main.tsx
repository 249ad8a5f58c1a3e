import "@mantine/core/styles.css";
import "../global.css";
import { Center, MantineProvider, Text } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import type { SessionAddress } from "../api/client";
import type { Session } from "../api/types";
import { formatAbsoluteShort } from "../format";
import { Replay } from "../replay/Replay";
import { SessionTitle } from "../replay/ReplayHeader";
import header from "../replay/ReplayHeader.module.css";
import { GuestHeader } from "../shell/AppHeader";
import { ErrorNotice } from "../shell/ErrorNotice";
import { cssVariables, theme } from "../theme";
import { PageWorker } from "./pageWorker";
import { SavedServer, readHead } from "./savedReplay";

/** The page of a saved replay. Everything is in the file: nothing is asked of a server. */

const SAVED: SessionAddress = {
  manifest: "saved:manifest",
  events: "saved:events",
  markers: "saved:markers",
  live: null,
  notes: null,
};

/** What is asked for is in the file, whatever becomes of the network. */
const queries = new QueryClient({ defaultOptions: { queries: { networkMode: "always", retry: false } } });

const root = createRoot(document.getElementById("root")!);

readHead(document).then(
  (head) => {
    const server = new SavedServer(document, head);
    globalThis.fetch = (input) => server.fetch(input instanceof Request ? input.url : input);
    const newWorker = () => new PageWorker(server.fetch);
    draw(
      <Replay
        address={SAVED}
        startMs={0}
        project={null}
        newWorker={newWorker}
        header={(session) => <SavedHeader session={session} savedAt={head.savedAt} />}
        missing={(error) => <ErrorNotice error={error} />}
      />,
    );
  },
  (error: Error) => draw(<Broken error={error} />),
);

function draw(page: React.ReactNode): void {
  root.render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto" cssVariablesResolver={cssVariables}>
        <QueryClientProvider client={queries}>{page}</QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}

function SavedHeader({ session, savedAt }: { session: Session | null; savedAt: number }) {
  return (
    <GuestHeader>
      {session && <SessionTitle session={session} />}
      <div className={header["actions"]}>
        <span className={header["when"]} data-testid="saved-at">
          Saved {formatAbsoluteShort(savedAt)}
        </span>
      </div>
    </GuestHeader>
  );
}

function Broken({ error }: { error: Error }) {
  return (
    <Center h="100dvh" component="main" p="md">
      <Text role="alert">{error.message} It may not have been downloaded to its end.</Text>
    </Center>
  );
}
