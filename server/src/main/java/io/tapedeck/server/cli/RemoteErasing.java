package io.tapedeck.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tapedeck.store.ErasureCatalog.Subject;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Asks the server that runs on the data folder to erase. */
final class RemoteErasing {
    private static final long WAIT_MAX_NS = TimeUnit.MINUTES.toNanos(15);
    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private final ToolContext context;
    private final ControlClient server;

    RemoteErasing(ToolContext context, ControlClient server) {
        this.context = context;
        this.server = server;
    }

    /** Returns the exit code. */
    int erase(Subject subject, String reason, boolean wait) throws InterruptedException {
        String project = "/api/v1/projects/" + subject.project();
        String query = reason == null ? "" : "?reason=" + ControlClient.encoded(reason);
        JsonNode erasure = switch (subject.kind()) {
            case SESSION -> server.send("DELETE", project + "/sessions/" + subject.name() + query);
            case USER ->
                server.send(
                        "POST", project + "/subjects/" + ControlClient.encoded(subject.name()) + "/erasure" + query);
            case PROJECT -> server.send("DELETE", project + query);
        };
        String path = project + "/erasures/" + erasure.path("id").asText();
        Progress progress = new Progress(context.err(), "looked");
        long startedNs = System.nanoTime();
        while (wait && erasure.path("finalAt").isNull() && System.nanoTime() - startedNs < WAIT_MAX_NS) {
            progress.reached("outstanding " + erasure.path("outstanding"));
            LockSupport.parkNanos(POLL_NS);
            erasure = server.send("GET", path);
        }
        boolean isFinal = !erasure.path("finalAt").isNull();
        context.out().println(isFinal ? erasure.path("certificate") : erasure.toPrettyString());
        context.out().flush();
        if (!isFinal) {
            context.err().println("Begun; gone from lists and reads. The certificate is not final yet.");
            context.err().flush();
        }
        return isFinal || !wait ? 0 : 1;
    }
}
