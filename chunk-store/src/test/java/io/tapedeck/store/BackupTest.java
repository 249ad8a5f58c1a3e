package io.tapedeck.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.store.AdminCatalog.WriteKey;
import io.tapedeck.store.AdoptionCatalog.Tombstone;
import io.tapedeck.store.ErasureCatalog.SubjectKind;
import io.tapedeck.store.ObjectStore.StoredObject;
import io.tapedeck.store.meta.AdminSnapshots;
import io.tapedeck.store.meta.TombstoneFiles;
import io.tapedeck.store.object.MemoryObjectStore;
import io.tapedeck.store.upkeep.Backup;
import io.tapedeck.store.upkeep.CopyReport;
import io.tapedeck.store.upkeep.Restore;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects copied to another store and back. */
class BackupTest {
    private static final SessionKey SESSION = Fixtures.session("s1");

    @TempDir
    Path folder;

    private final MemoryObjectStore backup = new MemoryObjectStore(1L << 28);
    private final MemoryObjectStore anew = new MemoryObjectStore(1L << 28);
    private StoreRig rig;

    @BeforeEach
    void fill() throws Exception {
        rig = new StoreRig(folder);
        rig.open(StoreRig.settings(folder));
        for (String id : List.of("s1", "s2")) {
            rig.append(Chunks.chunk(Fixtures.session(id), "w1", 0));
            rig.awaitEvents(Fixtures.session(id), 3);
        }
        rig.store().upkeep().settle();
        rig.append(Chunks.chunk(Fixtures.session("hot"), "w1", 0));
        rig.awaitEvents(Fixtures.session("hot"), 3);
    }

    @AfterEach
    void close() {
        rig.close();
        backup.close();
        anew.close();
    }

    @Test
    void backup_copiesWhatIsLive_andTheSecondTimeOnlyWhatIsNew() throws Exception {
        Counting first = backup(false);
        rig.append(Chunks.chunk(Fixtures.session("later"), "w1", 0));
        rig.awaitEvents(Fixtures.session("later"), 3);
        Counting second = backup(false);

        assertThat(first.copied()).isGreaterThanOrEqualTo(3);
        assertThat(second.copied()).isEqualTo(1);
        assertThat(keys(backup)).anyMatch(key -> key.startsWith("segments/")).anyMatch(key -> key.contains("/s1."));
    }

    @Test
    void backup_prunesWhatTheStoreDoesNotHaveAnyMore() throws Exception {
        backup(false);
        String gone = "segments/20200101/00/gone.seg";
        Answers.get(backup.put(gone, ByteBuffer.wrap(new byte[3])));

        assertThat(backup(false).deleted()).isZero();
        assertThat(backup(true).deleted()).isEqualTo(1);
        assertThat(keys(backup)).doesNotContain(gone);
    }

    @Test
    void prune_ofABackupThatIsNotOfTheStoresPast_isRefusedAndDeletesNothing() throws Exception {
        new AdminSnapshots(rig.objects).write(admins(5, "pk_old"));
        backup(true);
        List<String> before = keys(backup);
        Files.createDirectories(folder.resolve("anew"));

        try (StoreRig other = new StoreRig(folder.resolve("anew"))) {
            assertKind(StoreErrorKind.CONFLICT, () -> backup(other, backup, true));
            new AdminSnapshots(other.objects).write(admins(4, "pk_new"));
            assertKind(StoreErrorKind.CONFLICT, () -> backup(other, backup, true));
            new AdminSnapshots(other.objects).write(admins(5, "pk_new"));
            assertKind(StoreErrorKind.CONFLICT, () -> backup(other, backup, true));
        }
        assertThat(keys(backup)).isEqualTo(before);

        new AdminSnapshots(rig.objects).write(admins(6, "pk_old"));
        assertThat(backup(true).copied()).isEqualTo(1);
    }

    @Test
    void backup_whoseCopyReadsBackAsSomethingElse_leavesNoneForTheNextRun() throws Exception {
        ObjectStore garbling = (ObjectStore) Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(),
                new Class<?>[] {ObjectStore.class},
                (proxy, method, args) -> method.getName().equals("put")
                        ? backup.put((String) args[0], ByteBuffer.allocate((int) Files.size((Path) args[1])))
                        : method.invoke(backup, args));

        assertKind(StoreErrorKind.CORRUPT, () -> backup(rig, garbling, false));
        assertThat(keys(backup)).isEmpty();
        assertThat(backup(false).present()).isZero();
    }

    @Test
    void compare_findsACopyOfTheSameSizeWithOtherBytes() throws Exception {
        backup(true);
        String gone = "segments/20200101/00/gone.seg";
        Answers.get(backup.put(gone, ByteBuffer.wrap(new byte[3])));
        backup(rig, backup, new Counting()).compare();

        StoredObject copy = Answers.get(backup.list("recordings/", null, 1)).get(0);
        Answers.get(backup.delete(copy.key()));
        Answers.get(backup.put(copy.key(), ByteBuffer.allocate((int) copy.bytes())));

        assertKind(
                StoreErrorKind.CORRUPT,
                () -> backup(rig, backup, new Counting()).compare());
    }

    @Test
    void backup_ofAStoreThatLacksALiveObject_fails() throws Exception {
        rig.breaksObjects();
        Answers.get(rig.objects.delete(
                rig.catalog.layout(SESSION).orElseThrow().recordings().get(0).key()));

        assertKind(StoreErrorKind.NOT_FOUND, () -> backup(false));
    }

    @Test
    void restore_bringsBackEverything_butWhatWasErasedSince() throws Exception {
        backup(false);
        new TombstoneFiles(anew).write(new Tombstone(SubjectKind.SESSION, "default", "s1", 5, 1));

        Counting restored = restore();

        assertThat(restored.erased()).isEqualTo(1);
        assertThat(keys(anew)).noneMatch(key -> key.contains("/s1.") && key.startsWith("recordings/"));
        assertThat(keys(anew)).anyMatch(key -> key.contains("/s2."));
        assertThat(restore().copied()).isZero();
    }

    @Test
    void restore_intoAStoreWithOtherObjects_isRefusedAndCopiesNothing() throws Exception {
        backup(false);
        String other = "segments/20200101/00/other.seg";
        Answers.get(anew.put(other, ByteBuffer.wrap(new byte[3])));

        assertKind(StoreErrorKind.CONFLICT, this::restore);
        assertThat(keys(anew)).containsExactly(other);
    }

    @Test
    void restore_intoAStoreWithAdminsOfItsOwn_isRefused_unlessTheBackupsCountMoreOrCameFirst() throws Exception {
        new AdminSnapshots(rig.objects).write(admins(5, "pk_old"));
        backup(false);

        new AdminSnapshots(anew).write(admins(5, "pk_new"));
        assertKind(StoreErrorKind.CONFLICT, this::restore);
        Answers.get(anew.delete(keys(anew).get(0)));
        new AdminSnapshots(anew).write(admins(6, "pk_new"));
        assertKind(StoreErrorKind.CONFLICT, this::restore);
        assertThat(keys(anew)).hasSize(1);
        Answers.get(anew.delete(keys(anew).get(0)));

        new AdminSnapshots(anew).write(admins(4, "pk_new"));
        restore();
        assertThat(new AdminSnapshots(anew).newest()).contains(admins(5, "pk_old"));
        new AdminSnapshots(anew).write(admins(6, "pk_newer"));
        assertThat(restore().copied()).isZero();
    }

    @Test
    void restore_goesOnBesideSegmentsThatAnInterruptedOneHasMade() throws Exception {
        backup(false);
        Answers.get(anew.put("segments/20200101/00/reindex-0-0-0123456789ab.seg", ByteBuffer.wrap(new byte[3])));

        assertKind(StoreErrorKind.CONFLICT, this::restore);
        assertThat(restore(true).copied()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void tombstonesOfAnotherStore_countToo() throws Exception {
        backup(false);
        MemoryObjectStore other = new MemoryObjectStore(1L << 20);
        new TombstoneFiles(other).write(new Tombstone(SubjectKind.PROJECT, "default", "", 5, 1));

        Restore restore = new Restore(backup, anew, folder.resolve("copy"), new Counting());
        restore.check(false);
        restore.addTombstones(other);
        restore.run();

        assertThat(keys(anew)).noneMatch(key -> key.startsWith("recordings/"));
        other.close();
    }

    private static final class Counting extends CopyReport {
        @Override
        protected void reached(String key) {}
    }

    private Counting backup(boolean prune) throws InterruptedException {
        return backup(rig, backup, prune);
    }

    private Counting backup(StoreRig of, ObjectStore to, boolean prune) throws InterruptedException {
        Counting report = new Counting();
        backup(of, to, report).run(prune);
        return report;
    }

    private Backup backup(StoreRig of, ObjectStore to, Counting report) {
        return new Backup(
                of.catalog.adoption(), of.objects, to, folder.resolve("copy"), 600_000, Clock.systemUTC(), report);
    }

    private Counting restore() throws InterruptedException {
        return restore(false);
    }

    private Counting restore(boolean goOn) throws InterruptedException {
        Counting report = new Counting();
        Restore restore = new Restore(backup, anew, folder.resolve("copy"), report);
        restore.check(goOn);
        restore.run();
        return report;
    }

    private static AdminState admins(long rev, String key) {
        return new AdminState(
                rev, List.of(), List.of(new WriteKey(key, "default", 1)), List.of(), List.of(), List.of(), List.of());
    }

    private static List<String> keys(ObjectStore store) {
        return Answers.get(store.list("", null, 1_000)).stream()
                .map(StoredObject::key)
                .toList();
    }

    private static void assertKind(StoreErrorKind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
