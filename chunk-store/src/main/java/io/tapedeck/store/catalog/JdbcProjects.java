package io.tapedeck.store.catalog;

import io.tapedeck.store.AdminCatalog.Project;
import io.tapedeck.store.AdminCatalog.ProjectSettings;
import io.tapedeck.store.AdminCatalog.WriteKey;
import io.tapedeck.store.By;
import io.tapedeck.store.ProjectCatalog;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** {@link ProjectCatalog} over JDBC. Thread-safe. Owns nothing: it ends with its {@link JdbcCatalog}. */
final class JdbcProjects implements ProjectCatalog {
    private static final int PAGE_MAX = 200;
    /** Of a write key in the audit trail. */
    private static final int KEY_SHOWN_LENGTH = 10;

    private final Database database;

    JdbcProjects(Database database) {
        this.database = database;
    }

    @Override
    public Project create(String slug, String name, By by) {
        ProjectRules.requireSlug(slug);
        ProjectRules.requireName(name);
        return database.write("createProject", transaction -> {
            AdminRev.lock(transaction);
            Project project = new Project(slug, Projects.nextNumber(transaction), name, ProjectSettings.DEFAULT);
            if (!Projects.make(transaction, project)) {
                throw conflict("the slug " + slug + " is taken");
            }
            changed(transaction, by, "project.create", slug, null, Map.of("name", name));
            return project;
        });
    }

    @Override
    public Project change(String slug, UnaryOperator<Project> change, By by) {
        return database.write("changeProject", transaction -> {
            Project before = lock(transaction, slug);
            Project wanted = change.apply(before);
            if (!wanted.slug().equals(slug) || wanted.number() != before.number()) {
                throw new IllegalArgumentException("a project keeps its slug and its number");
            }
            ProjectRules.requireName(wanted.name());
            Project after = new Project(slug, before.number(), wanted.name(), ProjectRules.checked(wanted.settings()));
            if (!after.equals(before)) {
                Projects.update(transaction, before, after);
                changed(transaction, by, "project.change", slug, null, difference(before, after));
            }
            return after;
        });
    }

    @Override
    public WriteKey createKey(String project, String key, By by) {
        ProjectRules.requireKey(key);
        return database.write("createKey", transaction -> {
            lock(transaction, project);
            WriteKey made = new WriteKey(key, project, by.at());
            if (!Projects.makeKey(transaction, made)) {
                throw conflict("the write key exists already");
            }
            changed(transaction, by, "key.create", project, shown(key), null);
            return made;
        });
    }

    @Override
    public void revokeKey(String project, String key, By by) {
        database.write("revokeKey", transaction -> {
            AdminRev.lock(transaction);
            if (!Projects.revokeKey(transaction, project, key, by.at())) {
                throw new StoreException(StoreErrorKind.NOT_FOUND, "catalog: there is no such write key");
            }
            changed(transaction, by, "key.revoke", project, shown(key), null);
            return null;
        });
    }

    @Override
    public ProjectStorage storage(String project) {
        return database.read(
                "storage",
                transaction -> transaction
                        .first(
                                """
                        select coalesce(sum(recorded), 0), coalesce(sum((1 - settled) * recorded), 0), coalesce(sum(bytes_raw), 0),
                            coalesce(sum(bytes_stored), 0)
                        from session_index i where i.project = ? and""" + SessionRow.NOT_GONE.formatted("i"),
                                row -> new ProjectStorage(
                                        row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)),
                                project)
                        .orElseThrow());
    }

    @Override
    public List<AuditEntry> audit(String project, long below, int limit) {
        if (limit < 1 || limit > PAGE_MAX) {
            throw new IllegalArgumentException("limit must be 1 to " + PAGE_MAX);
        }
        return database.read("audit", transaction -> AuditTrail.page(transaction, project, below, limit));
    }

    @Override
    public void record(By by, String action, String project, String subject, String detail) {
        database.write("record", transaction -> {
            AuditTrail.add(transaction, by, action, project, subject, detail);
            return null;
        });
    }

    private static Project lock(Transaction transaction, String slug) throws SQLException {
        AdminRev.lock(transaction);
        return Projects.bySlug(transaction, slug)
                .orElseThrow(() -> new StoreException(StoreErrorKind.NOT_FOUND, "catalog: there is no such project"));
    }

    private static void changed(
            Transaction transaction, By by, String action, String project, String subject, Object detail)
            throws SQLException {
        AuditTrail.add(transaction, by, action, project, subject, detail == null ? null : AuditTrail.json(detail));
        AdminRev.raise(transaction);
    }

    /** What is different, by name, with what it was and what it is. */
    private static Map<String, Difference> difference(Project before, Project after) {
        Map<String, Difference> found = new LinkedHashMap<>();
        ProjectSettings was = before.settings();
        ProjectSettings is = after.settings();
        add(found, "name", before.name(), after.name());
        add(found, "masking", was.masking(), is.masking());
        add(found, "onLessMasking", was.onLessMasking(), is.onLessMasking());
        add(found, "origins", was.origins(), is.origins());
        add(found, "retention", was.retention(), is.retention());
        add(found, "sampleRate", was.sampleRate(), is.sampleRate());
        add(found, "recording", was.recording(), is.recording());
        add(found, "capture", was.capture(), is.capture());
        return found;
    }

    private static void add(Map<String, Difference> found, String name, Object was, Object is) {
        if (!Objects.equals(was, is)) {
            found.put(name, new Difference(was, is));
        }
    }

    private record Difference(Object was, Object is) {}

    private static String shown(String key) {
        return key.length() <= KEY_SHOWN_LENGTH ? key : key.substring(0, KEY_SHOWN_LENGTH) + "…";
    }

    private static StoreException conflict(String why) {
        return new StoreException(StoreErrorKind.CONFLICT, "catalog: " + why);
    }
}
