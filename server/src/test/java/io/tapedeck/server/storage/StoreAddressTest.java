package io.tapedeck.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which addresses are one store. */
class StoreAddressTest {
    @TempDir
    private Path folder;

    private Path embedded;

    @BeforeEach
    void nameTheEmbeddedFolder() {
        embedded = folder.resolve("data/objects");
    }

    @Test
    void id_ofTheEmbeddedFolder_isTheSame_howeverItIsNamed() throws IOException {
        assertThat(of(null).id()).isEqualTo("embedded");
        assertThat(of("file:" + embedded).id()).isEqualTo("embedded");
        assertThat(of("file://" + embedded + "/").id()).isEqualTo("embedded");

        Files.createDirectories(embedded);
        Path link = Files.createSymbolicLink(folder.resolve("link"), embedded.getParent());
        assertThat(of("file:" + link.resolve("objects")).id()).isEqualTo("embedded");
    }

    @Test
    void id_ofAnythingElse_isItsAddress() {
        assertThat(of("s3://bucket/prefix").id()).isEqualTo("s3://bucket/prefix");
        assertThat(of("file:/somewhere").id()).isEqualTo("file:/somewhere");
    }

    @ParameterizedTest
    @CsvSource({
        "s3://bucket/prefix, s3://bucket/prefix/",
        "s3://bucket/, s3://bucket",
        "file:/somewhere, file:///somewhere/",
        "file:/somewhere/else/.., file:/somewhere",
    })
    void spellingsOfOneStore_areThatStore(String one, String other) {
        assertThatCode(() -> of(one).requireHolds(List.of(other), embedded)).doesNotThrowAnyException();
        assertThatCode(() -> of(other).requireHolds(List.of(one), embedded)).doesNotThrowAnyException();
    }

    @Test
    void theEmbeddedFolder_isKnown_byItsAddressToo() {
        assertThatCode(() -> of(null).requireHolds(List.of("file:" + embedded, "embedded"), embedded))
                .doesNotThrowAnyException();
        assertThatCode(() -> of("file:" + embedded).requireHolds(List.of("embedded"), embedded))
                .doesNotThrowAnyException();
    }

    @Test
    void aFolderThatALinkLeadsTo_isThatFolder() throws IOException {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), disk);

        assertThatCode(() -> of("file:" + disk).requireHolds(List.of("file:" + link), embedded))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "s3://bucket/prefix, s3://bucket/prefix2",
        "s3://bucket/prefix, s3://bucket",
        "s3://bucket, file:/bucket",
        "file:/somewhere, file:/elsewhere",
        "embedded, s3://bucket",
        "embedded, file:/elsewhere",
    })
    void anotherStore_isRefused_andBothAreNamed(String holding, String given) {
        assertThatThrownBy(() -> of(given).requireHolds(List.of(holding), embedded))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("are in " + shown(holding) + ", but the store to be used is " + given + ".");
        if (!holding.equals("embedded")) {
            assertThatThrownBy(() -> of(null).requireHolds(List.of(holding), embedded))
                    .hasMessageContaining("are in " + holding + ", but the store to be used is " + shown("embedded"));
        }
    }

    @Test
    void objectsOfSeveralStores_areRefused_andAllAreNamed() {
        assertThatThrownBy(() -> of("s3://b").requireHolds(List.of("s3://b", "s3://a"), embedded))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("are in s3://a and in s3://b, but the store to be used is s3://b.");
    }

    @Test
    void withoutObjects_anyStoreWillDo() {
        assertThatCode(() -> of("s3://bucket").requireHolds(List.of(), embedded))
                .doesNotThrowAnyException();
    }

    private StoreAddress of(String url) {
        return StoreAddress.of(url == null ? null : URI.create(url), embedded);
    }

    private String shown(String id) {
        return id.equals("embedded") ? "the embedded folder " + embedded : id;
    }
}
