package io.tapedeck.playback;

import io.tapedeck.store.By;
import io.tapedeck.store.ErasureCatalog.Erasure;
import io.tapedeck.store.ErasureCatalog.NodePassed;
import io.tapedeck.store.ErasureCatalog.Outstanding;
import io.tapedeck.store.ErasureCatalog.Subject;
import io.tapedeck.store.ErasureCatalog.SubjectKind;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Erasures in memory that become final when a test says so. See {@link Partly}. */
final class FakeErasures {
    static final String CERTIFICATE =
            "{\"version\":1,\"digest\":\"0f\", \"objects\":[{\"key\":\"a\",\"bytes\":5,\"deletedAt\":7}]}";

    final List<NodePassed> nodes = Collections.synchronizedList(new ArrayList<>());
    final Set<String> held = ConcurrentHashMap.newKeySet();
    private final List<Erasure> all = Collections.synchronizedList(new ArrayList<>());
    private final FakeAdmin admin;

    FakeErasures(FakeAdmin admin) {
        this.admin = admin;
    }

    public Erasure request(Subject subject, String reason, By by) {
        admin.check();
        if (subject.kind() == SubjectKind.SESSION && !subject.name().equals(Samples.KNOWN.session())) {
            throw new StoreException(StoreErrorKind.NOT_FOUND, "no such session");
        }
        if (held.contains(subject.name() == null ? subject.project() : subject.name())) {
            throw new StoreException(StoreErrorKind.CONFLICT, "held");
        }
        int number = all.size() + 1;
        Erasure erasure = new Erasure("er-" + number, number, subject, reason, by, 1, null, null);
        all.add(erasure);
        if (subject.kind() == SubjectKind.PROJECT) {
            admin.projects.remove(subject.project());
            admin.erasedProjects.add(subject.project());
        }
        return erasure;
    }

    public Optional<Erasure> erasure(String id) {
        admin.check();
        return all.stream().filter(erasure -> erasure.id().equals(id)).findFirst();
    }

    public List<Erasure> erasures(String project, long below, int limit) {
        admin.check();
        List<Erasure> found = new ArrayList<>(all.stream()
                .filter(erasure ->
                        project == null || erasure.subject().project().equals(project))
                .filter(erasure -> below == 0 || erasure.number() < below)
                .toList());
        Collections.reverse(found);
        return found.subList(0, Math.min(limit, found.size()));
    }

    public Outstanding outstanding(String id) {
        admin.check();
        return new Outstanding(1, 2, 3, 0, List.copyOf(nodes));
    }

    public void finish(String id, String certificate, long at) {
        all.replaceAll(erasure -> !erasure.id().equals(id)
                ? erasure
                : new Erasure(
                        id,
                        erasure.number(),
                        erasure.subject(),
                        erasure.reason(),
                        erasure.requested(),
                        erasure.sessions(),
                        at,
                        certificate));
    }

    public long newest() {
        admin.check();
        return all.size();
    }

    public List<NodePassed> nodes() {
        admin.check();
        return List.copyOf(nodes);
    }

    public void retireNode(String node, By by) {
        admin.check();
        nodes.removeIf(known -> known.node().equals(node));
    }
}
