package io.tapedeck.store.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tapedeck.store.AdminCatalog.MaskingLevel;
import io.tapedeck.store.AdminCatalog.OnLessMasking;
import io.tapedeck.store.AdminCatalog.Project;
import io.tapedeck.store.AdminCatalog.ProjectSettings;
import io.tapedeck.store.AdminCatalog.WriteKey;
import io.tapedeck.store.RetentionPolicy;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The tables {@code project} and {@code write_key}. */
final class Projects {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int KEY_LENGTH_MAX = 200;

    private static final String SELECT = """
            select p.slug, p.number, p.name, p.masking, p.on_less_masking, p.origins, p.retention, p.sample_rate,
                p.recording
            from project p\s""";

    private Projects() {}

    static List<Project> all(Transaction transaction) throws SQLException {
        return transaction.query(SELECT + "order by p.number", Projects::map);
    }

    static Optional<Project> bySlug(Transaction transaction, String slug) throws SQLException {
        return transaction.first(SELECT + "where p.slug = ?", Projects::map, slug);
    }

    static Optional<Project> byKey(Transaction transaction, String writeKey) throws SQLException {
        return transaction.first(
                SELECT + "join write_key k on k.project = p.slug where k.key = ? and k.revoked_at is null",
                Projects::map,
                writeKey);
    }

    static List<WriteKey> keys(Transaction transaction, String project) throws SQLException {
        return transaction.query("""
                select key, project, created_at from write_key
                where project = ? and revoked_at is null order by created_at, key""", row -> new WriteKey(row.getString(1), row.getString(2), row.getLong(3)), project);
    }

    /** Makes a project unless it is there; then locks it until the transaction ends. */
    static boolean makeAndLock(Transaction transaction, Project project) throws SQLException {
        ProjectSettings settings = project.settings();
        int made = transaction.update(
                """
                insert into project (slug, number, name, masking, on_less_masking, origins, retention,
                    sample_rate, recording)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing""",
                project.slug(),
                project.number(),
                project.name(),
                settings.masking().name(),
                settings.onLessMasking().name(),
                json(settings.origins()),
                json(settings.retention()),
                settings.sampleRate(),
                settings.recording() ? 1 : 0);
        transaction.update("update project set name = name where slug = ?", project.slug());
        return made == 1;
    }

    /** Makes a key unless it is there, be it another project's or revoked. */
    static boolean makeKey(Transaction transaction, WriteKey key) throws SQLException {
        return transaction.update(
                        "insert into write_key (key, project, created_at) values (?, ?, ?) on conflict do nothing",
                        key.key(),
                        key.project(),
                        key.createdAt())
                == 1;
    }

    /** @throws IllegalArgumentException if the text cannot be a write key */
    static void requireKey(String key) {
        boolean valid = !key.isEmpty()
                && key.length() <= KEY_LENGTH_MAX
                && key.chars()
                        .allMatch(c -> (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || (c >= '0' && c <= '9')
                                || c == '_'
                                || c == '.'
                                || c == '-');
        if (!valid) {
            throw new IllegalArgumentException(
                    "a write key has 1 to " + KEY_LENGTH_MAX + " characters of A-Z, a-z, 0-9, '_', '.' and '-'");
        }
    }

    private static Project map(ResultSet row) throws SQLException {
        return new Project(
                row.getString(1),
                row.getInt(2),
                row.getString(3),
                new ProjectSettings(
                        MaskingLevel.valueOf(row.getString(4)),
                        OnLessMasking.valueOf(row.getString(5)),
                        origins(row.getString(6)),
                        retention(row.getString(7)),
                        row.getDouble(8),
                        row.getInt(9) == 1));
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("settings that are not JSON", e);
        }
    }

    static RetentionPolicy retention(String json) {
        try {
            return JSON.readValue(json, RetentionPolicy.class);
        } catch (JsonProcessingException e) {
            throw new StoreException(StoreErrorKind.CORRUPT, "catalog: a project's retention cannot be read", e);
        }
    }

    private static List<String> origins(String json) {
        try {
            return List.copyOf(JSON.readValue(json, new TypeReference<List<String>>() {}));
        } catch (JsonProcessingException e) {
            throw new StoreException(StoreErrorKind.CORRUPT, "catalog: a project's origins cannot be read", e);
        }
    }
}
