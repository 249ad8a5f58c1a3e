package io.tapedeck.store.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tapedeck.store.AdminCatalog.MaskingLevel;
import io.tapedeck.store.AdminCatalog.OnLessMasking;
import io.tapedeck.store.AdminCatalog.Project;
import io.tapedeck.store.AdminCatalog.ProjectSettings;
import io.tapedeck.store.AdminCatalog.WriteKey;
import io.tapedeck.store.CaptureSettings;
import io.tapedeck.store.RetentionPolicy;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The tables {@code project} and {@code write_key}. A project that was erased is not there but for its slug and number. */
final class Projects {
    private static final JsonMapper JSON = new JsonMapper();

    private static final String SELECT = """
            select p.slug, p.number, p.name, p.masking, p.on_less_masking, p.origins, p.retention, p.sample_rate,
                p.recording, p.capture
            from project p\s""";

    private Projects() {}

    static List<Project> all(Transaction transaction) throws SQLException {
        return transaction.query(SELECT + "where p.erased_at is null order by p.number", Projects::map);
    }

    static Optional<Project> bySlug(Transaction transaction, String slug) throws SQLException {
        return transaction.first(SELECT + "where p.slug = ? and p.erased_at is null", Projects::map, slug);
    }

    static Optional<Project> byKey(Transaction transaction, String writeKey) throws SQLException {
        return transaction.first(
                SELECT + "join write_key k on k.project = p.slug"
                        + " where k.key = ? and k.revoked_at is null and p.erased_at is null",
                Projects::map,
                writeKey);
    }

    static List<WriteKey> keys(Transaction transaction, String project) throws SQLException {
        return transaction.query("""
                select key, project, created_at from write_key
                where project = ? and revoked_at is null order by created_at, key""", row -> new WriteKey(row.getString(1), row.getString(2), row.getLong(3)), project);
    }

    /** Above all given so far. {@link AdminRev} is locked. */
    static int nextNumber(Transaction transaction) throws SQLException {
        return (int) transaction.number("select coalesce(max(number), 0) + 1 from project");
    }

    /** Makes a project unless its slug is taken. */
    static boolean make(Transaction transaction, Project project) throws SQLException {
        ProjectSettings settings = project.settings();
        return transaction.update(
                        """
                insert into project (slug, number, name, masking, on_less_masking, origins, retention,
                    sample_rate, recording, capture)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing""",
                        project.slug(),
                        project.number(),
                        project.name(),
                        settings.masking().name(),
                        settings.onLessMasking().name(),
                        json(settings.origins()),
                        json(settings.retention()),
                        settings.sampleRate(),
                        settings.recording() ? 1 : 0,
                        json(settings.capture()))
                == 1;
    }

    /** Changes name and settings. */
    static void update(Transaction transaction, Project before, Project after) throws SQLException {
        ProjectSettings settings = after.settings();
        boolean samePolicy = settings.retention().equals(before.settings().retention());
        transaction.update(
                """
                update project set name = ?, masking = ?, on_less_masking = ?, origins = ?, retention = ?,
                    sample_rate = ?, recording = ?, capture = ?, policy_rev = policy_rev + ?
                where slug = ?""",
                after.name(),
                settings.masking().name(),
                settings.onLessMasking().name(),
                json(settings.origins()),
                json(settings.retention()),
                settings.sampleRate(),
                settings.recording() ? 1 : 0,
                json(settings.capture()),
                samePolicy ? 0 : 1,
                after.slug());
    }

    /** Makes a project, in the place of any that has its slug or its number. */
    static void replace(Transaction transaction, Project project) throws SQLException {
        transaction.update("delete from project where slug = ? or number = ?", project.slug(), project.number());
        make(transaction, project);
    }

    /**
     * Takes a slug for good, for a project that was erased. One that is not there gets a number below all others, as its
     * own is not known any more.
     */
    static void bury(Transaction transaction, String slug, long at) throws SQLException {
        ProjectSettings settings = ProjectSettings.DEFAULT;
        long number = transaction.number("select coalesce(min(number), 0) from project");
        make(transaction, new Project(slug, (int) Math.min(number, 0) - 1, slug, settings));
        transaction.update("update project set erased_at = ? where slug = ? and erased_at is null", at, slug);
        transaction.update("update write_key set revoked_at = ? where project = ? and revoked_at is null", at, slug);
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

    /** Revokes a key for good; false if it is none of the project's or was revoked before. */
    static boolean revokeKey(Transaction transaction, String project, String key, long at) throws SQLException {
        return transaction.update(
                        "update write_key set revoked_at = ? where key = ? and project = ? and revoked_at is null",
                        at,
                        key,
                        project)
                == 1;
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
                        row.getInt(9) == 1,
                        capture(row.getString(10))));
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

    /** Null in projects from before there was anything to choose. */
    private static CaptureSettings capture(String json) {
        try {
            return json == null ? CaptureSettings.DEFAULT : JSON.readValue(json, CaptureSettings.class);
        } catch (JsonProcessingException e) {
            throw new StoreException(StoreErrorKind.CORRUPT, "catalog: a project's capture cannot be read", e);
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
