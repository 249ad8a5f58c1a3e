package io.tapedeck.server.cli;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.server.storage.DataFolder;
import io.tapedeck.server.storage.Stores;
import io.tapedeck.store.NodeRecovery;
import io.tapedeck.store.NodeRecovery.Recovered;
import io.tapedeck.store.StoreSettings;
import io.tapedeck.store.journal.SetAside;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tapedeck recover}: what the journal of a gateway that is gone holds, into object store and catalog. */
@Command(
        name = "recover",
        description = {
            "Brings the chunks in the journal of a gateway that will not start again into the object store and the catalog,",
            "and retires that node. Takes its data folder, attached or copied; servers may run meanwhile, but not on it."
        })
public final class RecoverCommand implements Callable<Integer> {
    private final ToolContext context;

    @Option(
            names = "--journal",
            paramLabel = "DIR",
            required = true,
            description = "The gateway's data folder, or the folder store in it; must be writable.")
    private Path given;

    @Option(
            names = "--unknown-node",
            description = "Also if the catalog does not know the node, as it was made anew since.")
    private boolean unknownToo;

    public RecoverCommand(ToolContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        Path folder = nodeFolder();
        try (DataFolder own = ownFolder()) {
            return recover(folder, own == null ? context.folder() : own.path());
        }
    }

    private int recover(Path folder, Path dataDir) {
        try (Stores stores = Stores.open(context.configuration(), dataDir, new SimpleMeterRegistry())) {
            NodeRecovery recovery = new NodeRecovery(
                    settings(stores.settings(), folder), stores.objects(), stores.catalogs(), Clock.systemUTC());
            Progress progress = new Progress(context.err(), "looked");
            return report(recovery.run(unknownToo, "tapedeck recover", progress::reached));
        }
    }

    /** The folder with the node's id: what is given, or the folder in it that a server makes. */
    private Path nodeFolder() {
        return Stream.of(given, given.resolve(Stores.NODE_FOLDER))
                .filter(folder -> Files.isRegularFile(folder.resolve("node")))
                .findFirst()
                .orElseThrow(
                        () -> new UsageException(given + " is no data folder of a gateway: neither it nor the folder "
                                + Stores.NODE_FOLDER + " in it holds the file node"));
    }

    /** This machine's own data folder, if the catalog is in it; null if others have the catalog open too. */
    private DataFolder ownFolder() {
        return Stores.isShared(context.configuration()) ? null : DataFolder.open(context.folder());
    }

    private static StoreSettings settings(StoreSettings own, Path folder) {
        return new StoreSettings(
                folder,
                own.objectStoreId(),
                true,
                false,
                StoreSettings.Ack.JOURNALED,
                own.storedWaitMs(),
                own.journal(),
                own.flush(),
                own.upkeep());
    }

    private int report(Recovered recovered) {
        List<SetAside.Piece> damaged =
                recovered.setAside().stream().filter(piece -> !piece.end()).toList();
        recovered
                .setAside()
                .forEach(piece -> context.out()
                        .println((piece.end() ? "CUT OFF " : "DAMAGED ") + piece.path() + ": " + piece.bytes()
                                + " bytes"));
        context.out().printf("node      %s%n", recovered.node());
        context.out().printf("chunks    %,d%n", recovered.chunks());
        context.out().printf("known     %,d%n", recovered.known());
        context.out().printf("leftOut   %,d%n", recovered.leftOut());
        context.out().printf("damaged   %,d%n", damaged.size());
        context.out()
                .println(
                        damaged.isEmpty()
                                ? "Everything is recovered; the node is retired."
                                : "Recovered but for the damaged pieces named above; the node is retired.");
        context.out().flush();
        return damaged.isEmpty() ? 0 : 1;
    }
}
