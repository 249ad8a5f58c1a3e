package io.tapedeck.store;

import io.tapedeck.store.catalog.PostgresServer;
import io.tapedeck.store.object.S3Server;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** What several servers can share: an S3 server and a PostgreSQL with an empty database, both on 127.0.0.1. Not thread-safe. */
public final class SharedStorage implements AutoCloseable {
    private final S3Server s3;
    private final PostgresServer postgres;
    private final String database;

    private SharedStorage(S3Server s3, PostgresServer postgres) {
        this.s3 = s3;
        this.postgres = postgres;
        this.database = postgres.newDatabase();
    }

    /** @param folder PostgreSQL's data go into a folder below it; the caller deletes it */
    public static SharedStorage start(Path folder) {
        S3Server s3 = S3Server.open();
        try {
            return new SharedStorage(s3, PostgresServer.start(folder.resolve("postgres")));
        } catch (RuntimeException e) {
            s3.close();
            throw e;
        }
    }

    public S3Server s3() {
        return s3;
    }

    public PostgresServer postgres() {
        return postgres;
    }

    /** The address of the database, with user and password. */
    public String database() {
        return database;
    }

    /** The variables of a server that keeps its objects below a prefix and its catalog in the database. */
    public Map<String, String> settings(String prefix) {
        return settings(prefix, database);
    }

    /** The same with another database of this PostgreSQL. */
    public Map<String, String> settings(String prefix, String otherDatabase) {
        Map<String, String> settings = new HashMap<>(s3.settings(prefix));
        settings.put("TAPEDECK_CATALOG_URL", otherDatabase);
        return settings;
    }

    @Override
    public void close() {
        postgres.close();
        s3.close();
    }
}
