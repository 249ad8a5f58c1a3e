package io.tapedeck.server.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How commands reach the server that runs on a data folder: its address and a token with the rights of an admin, valid as
 * long as that process lives. In the file {@code control}, which only its owner may read.
 *
 * @param pid the server's process
 */
public record ControlFile(long pid, URI url, String token) {
    private static final String NAME = "control";
    private static final JsonMapper JSON = new JsonMapper();

    /** Writes it for this process. */
    public static void write(DataFolder folder, URI url, String token) {
        try {
            folder.writeSecret(
                    NAME,
                    JSON.writeValueAsString(JSON.createObjectNode()
                            .put("pid", ProcessHandle.current().pid())
                            .put("url", url.toString())
                            .put("token", token)));
        } catch (JsonProcessingException e) {
            throw new AssertionError("three texts can be written as JSON", e);
        }
    }

    /** Deletes it, be it this process's or one that a killed process left. */
    public static void delete(DataFolder folder) {
        try {
            Files.deleteIfExists(folder.path().resolve(NAME));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nothing if there is none, or its process is gone. */
    public static Optional<ControlFile> read(Path folder) {
        try {
            JsonNode json = JSON.readTree(Files.readString(folder.resolve(NAME)));
            long pid = json.path("pid").asLong();
            boolean lives = ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
            return lives
                    ? Optional.of(new ControlFile(
                            pid,
                            URI.create(json.path("url").asText()),
                            json.path("token").asText()))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StartupException("The file " + folder.resolve(NAME) + " cannot be read: " + e.getMessage(), e);
        }
    }
}
