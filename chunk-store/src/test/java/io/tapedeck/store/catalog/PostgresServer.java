package io.tapedeck.store.catalog;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real PostgreSQL on 127.0.0.1 that can be stopped and started again with its data, on the same port. It does not
 * sync its files: what was committed outlives the server's process, not the machine. Not thread-safe.
 */
public final class PostgresServer implements AutoCloseable {
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final Path folder;
    private EmbeddedPostgres server;
    private int port;

    private PostgresServer(Path folder) {
        this.folder = folder;
    }

    /** @param folder an empty or absent folder for the data; the caller deletes it */
    public static PostgresServer start(Path folder) {
        PostgresServer server = new PostgresServer(folder);
        server.start();
        return server;
    }

    /** The address of a new, empty database; user and password are in it. */
    public String newDatabase() {
        String name = "tapedeck" + DATABASES.incrementAndGet();
        try (Connection connection = DriverManager.getConnection(url("postgres"));
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + name);
        } catch (SQLException e) {
            throw new IllegalStateException("no new database", e);
        }
        return url(name);
    }

    /** Stops the server as an administrator would: connections are cut, committed data stays. */
    public void stop() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server = null;
    }

    /** Starts the server, on the port that it had. */
    public void start() {
        try {
            Files.createDirectories(folder.getParent());
            EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                    .setDataDirectory(folder)
                    .setCleanDataDirectory(false)
                    .setServerConfig("max_connections", "200")
                    .setPGStartupWait(Duration.ofSeconds(60));
            if (port != 0) {
                builder.setPort(port);
            }
            server = builder.start();
            port = server.getPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (server != null) {
            stop();
        }
    }

    private String url(String database) {
        return server.getJdbcUrl("postgres", database);
    }
}
