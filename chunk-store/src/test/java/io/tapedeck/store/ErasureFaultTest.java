package io.tapedeck.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tapedeck.store.ErasureCatalog.Erasure;
import io.tapedeck.store.ErasureCatalog.Subject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Erasures become final whatever fails, whoever dies or does not answer, and however much there is. */
class ErasureFaultTest extends ErasureRig {
    private void bringHot() {
        rig.appendAll(List.of(secret(ERASED, 0), plain(KEPT, 0), plain(KEPT, 1)));
        rig.awaitEvents(ERASED, 2);
        rig.awaitEvents(KEPT, 4);
    }

    private void bringSettledWithTail() throws InterruptedException {
        bringHot();
        rig.store().upkeep().settle();
        rig.append(secret(ERASED, 1));
        rig.awaitEvents(ERASED, 4);
    }

    @Test
    void twoErasersAtOnce_makeOneCertificate() throws Exception {
        bringSettledWithTail();
        Erasure erasure = erasures().request(Subject.session(ERASED), null, BY);
        assertThat(erasures().request(Subject.session(ERASED), null, BY).id()).isEqualTo(erasure.id());
        StoreRig.OtherUpkeep other = rig.otherUpkeep(folder.resolve("other"), UPKEEP);
        try (other) {
            CompletableFuture<Void> racing = CompletableFuture.runAsync(() -> Awaitility.await()
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> {
                        other.upkeep().erase();
                        other.upkeep().sweep();
                        return isFinal(erasure);
                    }));
            finish(erasure);
            Answers.get(racing);
        }
        assertThat(holding()).isEmpty();
        assertThat(read("meta/erasures/" + erasure.id() + ".json"))
                .isEqualTo(erasures().erasure(erasure.id()).orElseThrow().certificate());
    }

    @ParameterizedTest
    @EnumSource(FaultPlan.Mode.class)
    void whicheverCallFailsOrIsTheLast_theErasureBecomesFinal(FaultPlan.Mode mode) throws Exception {
        reopenWithoutGrace(FAST_FLUSH); // what failing rounds leave uncommitted is waited for
        boolean fired = true;
        for (int call = 1; fired; call++) {
            SessionKey erased = Fixtures.session("e-" + mode + "-" + call);
            SessionKey kept = Fixtures.session("k-" + mode + "-" + call);
            rig.appendAll(List.of(secret(erased, 0), plain(kept, 0)));
            rig.awaitEvents(erased, 2);
            rig.awaitEvents(kept, 2);
            Erasure erasure = erasures().request(Subject.session(erased), null, BY);
            FaultPlan plan = FaultPlan.at(call, mode, () -> {});
            try (StoreRig.OtherUpkeep faulty = rig.otherUpkeep(folder.resolve("f"), UPKEEP, plan)) {
                for (int round = 0; round < 4; round++) {
                    try {
                        faulty.upkeep().erase();
                        faulty.upkeep().sweep();
                    } catch (StoreException e) {
                        assertThat(plan.fired()).isTrue();
                    }
                }
            }
            fired = plan.fired();
            finish(erasure);
            assertThat(holding()).isEmpty();
            rig.assertSound(kept, List.of(plain(kept, 0)));
            assertThat(call).isLessThan(100);
        }
    }

    @Test
    void aNodeThatDoesNotAnswer_isNamedUntilItIsRetired() throws Exception {
        bringHot();
        rig.catalog.startNode("lost");
        Erasure erasure = erasures().request(Subject.session(ERASED), null, BY);
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
            rig.store().upkeep().erase();
            rig.store().upkeep().sweep();
            assertThat(erasures().outstanding(erasure.id()).nodes())
                    .extracting(ErasureCatalog.NodePassed::node)
                    .containsExactly("lost");
            assertThat(holding()).isEmpty();
        });
        assertThat(isFinal(erasure)).isFalse();

        erasures().retireNode("lost", BY);

        finish(erasure);
    }

    @Test
    void erase_ofAProject_takesThousandsOfSessionsInBatches() throws Exception {
        List<CompletableFuture<?>> appended = new ArrayList<>();
        int sessions = 1_100;
        for (int i = 0; i < sessions; i++) {
            appended.add(rig.store().append(secret(Fixtures.session("s" + i), 0)));
        }
        appended.forEach(Answers::get);
        Awaitility.await().atMost(PATIENCE).until(() -> rig.catalog.totals().sessions() == sessions);

        JsonNode certificate = finish(erasures().request(Subject.project("default"), null, BY));

        assertThat(certificate.path("sessions").asLong()).isEqualTo(sessions);
        assertThat(holding()).isEmpty();
        assertNothingInFiles();
        assertThat(rig.catalog.totals().sessions()).isZero();
        assertThat(rig.catalog.projectOfKey("pk_1")).isEmpty();
        assertErased(() -> rig.append(secret(Fixtures.session("new"), 0)));
        assertThat(tombstones()).containsExactly("meta/tombstones/default/project/default.json");
    }

    @Test
    void aCertificateOfMoreThanItCanList_namesListsWithTheRest() throws Exception {
        int strays = 10_500;
        for (int i = 0; i < strays; i++) {
            String key = String.format("recordings/default/20261108/s%05d.0.stray.ndjson.zst", i);
            Answers.get(rig.objects.put(key, ByteBuffer.wrap(MARKER.getBytes(StandardCharsets.UTF_8))));
        }

        Erasure erasure = erasures().request(Subject.project("default"), null, BY);
        JsonNode certificate = finish(erasure);

        assertThat(certificate.path("objects")).hasSize(10_000);
        assertThat(certificate.path("moreObjects")).hasSize(1);
        Set<String> named = new TreeSet<>();
        certificate
                .path("objects")
                .forEach(object -> named.add(object.path("key").asText()));
        for (JsonNode list : certificate.path("moreObjects")) {
            String text = read(list.path("key").asText());
            assertThat(sha256(text)).isEqualTo(list.path("sha256").asText());
            JSON.readTree(text).forEach(object -> named.add(object.path("key").asText()));
        }
        assertThat(named).hasSize(strays);
        assertThat(certificate.path("objectsDeleted").asInt()).isEqualTo(strays);
        assertThat(Answers.get(rig.objects.list("recordings/", null, 1))).isEmpty();
    }
}
