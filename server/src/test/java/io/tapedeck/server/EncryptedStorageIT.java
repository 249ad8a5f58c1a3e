package io.tapedeck.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The whole path with encryption at rest. */
class EncryptedStorageIT extends WholePathContract {
    private static final String KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
    private static final byte[] ENVELOPE = "TAPEDENC".getBytes(StandardCharsets.US_ASCII);

    @Override
    Map<String, String> storage() {
        return Map.of("TAPEDECK_ENCRYPTION_KEY", KEY);
    }

    @Override
    List<String> corpus() {
        return List.of("sbadmin-1", "chat-1");
    }

    @Override
    void afterSettling() {
        List<Path> recordings = objects("recordings");
        assertThat(recordings).hasSameSizeAs(objects("meta/keys")).isNotEmpty();
        for (Path object :
                Stream.concat(recordings.stream(), objects("segments").stream()).toList()) {
            assertThat(start(object)).as("%s", object).isEqualTo(ENVELOPE);
        }
    }

    @Test
    void startOrReindex_withoutTheKey_saysWhatIsMissing() throws IOException {
        try (ServerProcess server =
                ServerProcess.start(dataDir, Map.of("TAPEDECK_ENCRYPTION_KEY", KEY, "TAPEDECK_SETTLE_AFTER", "1s"))) {
            ApiClient client = new ApiClient(server.base());
            SentSession session = SentSession.ofCapture();
            client.record(session, 1_000);
            awaitPhase(client, session, "settled");
        }

        ServerProcess.Ended ended = ServerProcess.runToEnd(dataDir, Map.of());

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.printed()).contains("The store holds encrypted sessions", "--encryption-key");
        withEmptyCatalog();
        ServerProcess.Ended reindexed = ServerProcess.runToEnd(dataDir, Map.of(), "reindex");
        assertThat(reindexed.exitCode()).isEqualTo(1);
        assertThat(reindexed.printed()).contains("The store holds encrypted sessions", "--encryption-key");
    }

    @Test
    void start_withAKeyOfAnotherLength_saysWhatAKeyIs_andNotTheKey() {
        ServerProcess.Ended ended = ServerProcess.runToEnd(dataDir, Map.of("TAPEDECK_ENCRYPTION_KEY", "c2hvcnQ="));

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.printed()).contains("must be keys of 32 bytes").doesNotContain("c2hvcnQ");
    }

    private List<Path> objects(String folder) {
        Path root = dataDir.resolve("objects").resolve(folder);
        if (!Files.exists(root)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] start(Path object) {
        try (var in = Files.newInputStream(object)) {
            return in.readNBytes(ENVELOPE.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
