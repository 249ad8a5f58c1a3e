package io.tapedeck.loadtest.catalog;

import io.tapedeck.store.PartBounds;
import io.tapedeck.store.catalog.CatalogSettings;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The database below a catalog, as its administrator sees it. */
final class CatalogDatabase {
    private static final String SQLITE = "jdbc:sqlite:";

    private final String url;
    private final String user;
    private final String password;

    /** @param place a JDBC URL, or an SQLite file */
    CatalogDatabase(String place, String user, String password) {
        this.url = place.startsWith("jdbc:") ? place : SQLITE + place;
        this.user = user;
        this.password = password;
    }

    /** No part is ever due: a segment of the fill spans hours, where a gateway's spans seconds. */
    CatalogSettings settings() {
        return CatalogSettings.of(url, user, password)
                .withParts(new PartBounds(PartBounds.DEFAULT.bytesMax(), Long.MAX_VALUE));
    }

    private boolean isSqlite() {
        return url.startsWith(SQLITE);
    }

    /**
     * What PostgreSQL does by itself a while after so many rows were written: statistics for its planner, and a map of
     * what every transaction sees. SQLite does nothing of the kind.
     */
    void tidy() throws SQLException {
        if (!isSqlite()) {
            try (Connection connection = connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("vacuum (analyze)");
            }
        }
    }

    /** Name and version. */
    String product() throws SQLException {
        try (Connection connection = connect()) {
            return connection.getMetaData().getDatabaseProductName() + " "
                    + connection.getMetaData().getDatabaseProductVersion();
        }
    }

    long bytes() throws SQLException {
        return number(
                isSqlite()
                        ? "select page_count * page_size from pragma_page_count(), pragma_page_size()"
                        : "select pg_database_size(current_database())");
    }

    /** Distinct texts that sessions can be searched by. */
    long terms() throws SQLException {
        return number("select count(*) from term");
    }

    private long number(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(url, user, password);
    }
}
