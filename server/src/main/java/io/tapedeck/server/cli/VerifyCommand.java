package io.tapedeck.server.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.server.storage.Stores;
import io.tapedeck.store.upkeep.Verifier;
import io.tapedeck.store.upkeep.VerifyReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tapedeck verify}: whether everything that is stored can be read, and is what the catalog says. */
@Command(
        name = "verify",
        description = {
            "Reads every object, block, frame and marker track, and compares them with the catalog. Changes nothing;",
            "may run beside the server. Exit code 0: sound, 1: something is broken or cannot be reached."
        })
public final class VerifyCommand implements Callable<Integer> {
    private final ToolContext context;

    @Option(names = "--project", paramLabel = "P", description = "Only the sessions of this project.")
    private String project;

    @Option(names = "--session", paramLabel = "S", description = "Only this session; needs --project.")
    private String session;

    @Option(
            names = "--from",
            paramLabel = "PLACE",
            description = "Goes on where an earlier run had got to, as it printed.")
    private String from;

    @Option(names = "--json", description = "Prints one JSON document.")
    private boolean json;

    public VerifyCommand(ToolContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        if (session != null && project == null) {
            throw new UsageException("--session needs --project");
        }
        if (from != null && project != null) {
            throw new UsageException("--from goes without --project");
        }
        try (Stores stores = Stores.openReadOnly(context.configuration(), context.folder(), new SimpleMeterRegistry());
                Found found = json ? new JsonFound() : new TextFound()) {
            verify(new Verifier(stores.catalogs(), stores.objects(), found));
            found.finish();
            return found.counts().isSound() ? 0 : 1;
        }
    }

    private void verify(Verifier verifier) throws InterruptedException {
        if (session != null) {
            verifier.verifySession(ToolContext.session(project, session));
        } else if (project != null) {
            verifier.verifyProject(project);
        } else {
            try {
                verifier.verifyAll(from);
            } catch (IllegalArgumentException e) {
                throw new UsageException(e.getMessage());
            }
        }
    }

    private abstract class Found extends VerifyReport implements AutoCloseable {
        private final Progress progress = new Progress(context.err(), "verified");

        @Override
        protected final void reached(String position) {
            progress.reached(position);
        }

        abstract void finish();

        @Override
        public void close() {
            context.out().flush();
        }
    }

    private final class TextFound extends Found {
        @Override
        protected void found(String where, Trouble trouble, String what) {
            context.out().println(trouble + " " + where + ": " + what);
            context.out().flush();
        }

        @Override
        void finish() {
            PrintWriter out = context.out();
            counts().all().forEach((name, count) -> out.printf("%-16s %,d%n", name, count));
            out.println(counts().isSound() ? "Sound." : "BROKEN.");
        }
    }

    /** Written while it goes on, so that any number of findings fit. */
    private final class JsonFound extends Found {
        private final JsonGenerator generator;

        JsonFound() throws IOException {
            generator = new JsonFactory().createGenerator(context.out());
            generator.useDefaultPrettyPrinter();
            generator.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            generator.writeStartObject();
            generator.writeArrayFieldStart("findings");
        }

        @Override
        protected void found(String where, Trouble trouble, String what) {
            try {
                generator.writeStartObject();
                generator.writeStringField("trouble", trouble.name());
                generator.writeStringField("where", where);
                generator.writeStringField("what", what);
                generator.writeEndObject();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        void finish() {
            try {
                generator.writeEndArray();
                generator.writeObjectFieldStart("counts");
                for (Map.Entry<String, Long> count : counts().all().entrySet()) {
                    generator.writeNumberField(count.getKey(), count.getValue());
                }
                generator.writeEndObject();
                generator.writeBooleanField("sound", counts().isSound());
                generator.writeEndObject();
                generator.flush();
                context.out().println();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
