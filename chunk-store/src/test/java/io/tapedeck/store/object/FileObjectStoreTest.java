package io.tapedeck.store.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FileObjectStoreTest extends ObjectStoreContract {
    @Override
    protected ObjectStore open() {
        return new FileObjectStore(root());
    }

    /** A disk that is not mounted any more: its mount point is an empty folder. */
    @Override
    protected void breakDown() throws IOException {
        Files.move(root(), folder.resolve("elsewhere"));
        Files.createDirectory(root());
        Files.createFile(root().resolve("folder")); // so that a put cannot make itself at home there
    }

    protected Path root() {
        return folder.resolve("objects");
    }

    @Test
    void put_isAPlainFileAtItsKey() {
        await(store.put("recordings/default/a.zst", buffer("plain")));

        assertThat(root().resolve("recordings/default/a.zst")).hasContent("plain");
        assertThat(root().resolve(".tmp")).isEmptyDirectory();
    }

    @Test
    void put_survivesReopening() {
        await(store.put("a", buffer("kept")));
        store.close();

        store = open();

        assertThat(text(await(store.get("a", 0, 4)))).isEqualTo("kept");
    }

    @Test
    void put_ofMissingFile_leavesNoTemporaryFile() {
        failure(store.put("a", folder.resolve("missing")));

        assertThat(root().resolve(".tmp")).isEmptyDirectory();
    }

    @Test
    void put_belowAnObject_isAConflict() {
        await(store.put("a", buffer("object")));
        await(store.put("b/c", buffer("object")));

        assertThat(failure(store.put("a/b", buffer("x"))).kind()).isEqualTo(StoreErrorKind.CONFLICT);
        assertThat(failure(store.put("b", buffer("x"))).kind()).isEqualTo(StoreErrorKind.CONFLICT);
    }

    @Test
    void delete_removesEmptiedFoldersAlone() {
        await(store.put("a/b/c", buffer("x")));
        await(store.put("a/d", buffer("x")));

        await(store.delete("a/b/c"));

        assertThat(root().resolve("a/b")).doesNotExist();
        assertThat(root().resolve("a/d")).exists();
        await(store.delete("a/d"));
        assertThat(root().resolve("a")).doesNotExist();
        assertThat(root()).exists();
    }

    @Test
    void delete_racingWithPutsIntoItsFolder_losesNone() {
        for (int round = 0; round < 20; round++) {
            String inFolder = "folder/" + round + "/";
            await(store.put(inFolder + "old", buffer("x")));
            CompletableFuture<Void> delete = store.delete(inFolder + "old");
            List<CompletableFuture<Void>> puts = IntStream.range(0, 4)
                    .mapToObj(i -> store.put(inFolder + i, buffer("x")))
                    .toList();

            await(delete);
            puts.forEach(this::await);
            assertThat(await(store.list(inFolder, null, 10))).hasSize(4);
        }
    }

    @Test
    void delete_racingWithOthersInItsFolder_succeeds() {
        for (int round = 0; round < 50; round++) {
            String inFolder = "folder/" + round + "/";
            for (int i = 0; i < 8; i++) {
                await(store.put(inFolder + i, buffer("x")));
            }

            IntStream.range(0, 8)
                    .mapToObj(i -> store.delete(inFolder + i))
                    .toList()
                    .forEach(this::await);

            assertThat(await(store.list(inFolder, null, 10))).isEmpty();
        }
    }

    @Test
    void objectThatCannotBeLookedAt_isAnOutage() throws IOException {
        Files.createSymbolicLink(root().resolve("loop"), root().resolve("loop"));

        assertThat(failure(store.delete("loop/a")).kind()).isEqualTo(StoreErrorKind.UNAVAILABLE);
        assertThat(failure(store.size("loop/a")).kind()).isEqualTo(StoreErrorKind.UNAVAILABLE);
        assertThat(failure(store.get("loop/a", 0, 1)).kind()).isEqualTo(StoreErrorKind.UNAVAILABLE);
    }

    @Test
    void objectBelowAnother_isNotThere() {
        await(store.put("a", buffer("object")));

        await(store.delete("a/b"));
        assertThat(failure(store.size("a/b")).kind()).isEqualTo(StoreErrorKind.NOT_FOUND);
        assertThat(failure(store.get("a/b", 0, 1)).kind()).isEqualTo(StoreErrorKind.NOT_FOUND);
    }

    @Test
    void list_ignoresForeignFiles() throws IOException {
        await(store.put("a", buffer("x")));
        Files.createDirectory(root().resolve("lost+found"));
        Files.createFile(root().resolve(".DS_Store"));

        assertThat(keys(await(store.list("", null, 10)))).containsExactly("a");
    }

    @Test
    void open_removesAbandonedTemporaryFilesAlone() throws IOException {
        Path abandoned = Files.createFile(root().resolve(".tmp/abandoned"));
        Files.setLastModifiedTime(abandoned, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
        Path inUse = Files.createFile(root().resolve(".tmp/in-use"));

        open().close();

        try (Stream<Path> left = Files.list(root().resolve(".tmp"))) {
            assertThat(left).containsExactly(inUse);
        }
    }

    @Test
    void open_whereAFileIs_isUnavailable() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(() -> new FileObjectStore(file.resolve("below")))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreErrorKind.UNAVAILABLE));
    }
}
