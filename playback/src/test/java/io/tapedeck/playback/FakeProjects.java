package io.tapedeck.playback;

import io.tapedeck.store.AdminCatalog.Project;
import io.tapedeck.store.AdminCatalog.ProjectSettings;
import io.tapedeck.store.AdminCatalog.WriteKey;
import io.tapedeck.store.By;
import io.tapedeck.store.ProjectCatalog;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Changes of what {@link FakeAdmin} holds, and their trail, in memory. */
final class FakeProjects implements ProjectCatalog {
    final List<AuditEntry> trail = new ArrayList<>();
    private final FakeAdmin admin;

    FakeProjects(FakeAdmin admin) {
        this.admin = admin;
    }

    @Override
    public Project create(String slug, String name, By by) {
        admin.check();
        if (admin.projects.containsKey(slug) || admin.erasedProjects.contains(slug)) {
            throw new StoreException(StoreErrorKind.CONFLICT, "taken");
        }
        Project project = new Project(slug, admin.projects.size() + 1, name, ProjectSettings.DEFAULT);
        admin.projects.put(slug, project);
        record(by, "project.create", slug, null, null);
        return project;
    }

    @Override
    public Project change(String slug, UnaryOperator<Project> change, By by) {
        admin.check();
        Project project = admin.projects.computeIfPresent(slug, (key, found) -> change.apply(found));
        if (project == null) {
            throw new StoreException(StoreErrorKind.NOT_FOUND, "no such project");
        }
        record(by, "project.change", slug, null, "{\"name\":\"x\"}");
        return project;
    }

    @Override
    public WriteKey createKey(String project, String key, By by) {
        admin.check();
        if (!admin.projects.containsKey(project)) {
            throw new StoreException(StoreErrorKind.NOT_FOUND, "no such project");
        }
        if (admin.keys.stream().anyMatch(known -> known.key().equals(key))) {
            throw new StoreException(StoreErrorKind.CONFLICT, "taken");
        }
        WriteKey made = new WriteKey(key, project, by.at());
        admin.keys.add(made);
        record(by, "key.create", project, key, null);
        return made;
    }

    @Override
    public void revokeKey(String project, String key, By by) {
        admin.check();
        if (!admin.keys.removeIf(
                known -> known.key().equals(key) && known.project().equals(project))) {
            throw new StoreException(StoreErrorKind.NOT_FOUND, "no such key");
        }
        record(by, "key.revoke", project, key, null);
    }

    @Override
    public ProjectStorage storage(String project) {
        admin.check();
        return new ProjectStorage(12, 3, 45_678_901, 5_432_109);
    }

    @Override
    public List<AuditEntry> audit(String project, long below, int limit) {
        admin.check();
        List<AuditEntry> found = new ArrayList<>(trail.stream()
                .filter(entry -> project == null || project.equals(entry.project()))
                .filter(entry -> below == 0 || entry.number() < below)
                .toList());
        found.sort((a, b) -> Long.compare(b.number(), a.number()));
        return found.subList(0, Math.min(limit, found.size()));
    }

    @Override
    public void record(By by, String action, String project, String subject, String detail) {
        admin.check();
        trail.add(new AuditEntry(trail.size() + 1, by.at(), by.actor(), action, project, subject, detail));
    }
}
