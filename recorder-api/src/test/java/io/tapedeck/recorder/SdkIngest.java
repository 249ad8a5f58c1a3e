package io.tapedeck.recorder;

import io.tapedeck.store.AdminCatalog.MaskingLevel;
import io.tapedeck.store.AdminCatalog.OnLessMasking;
import io.tapedeck.store.AdminCatalog.ProjectSettings;
import io.tapedeck.store.CaptureSettings;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.RetentionPolicy;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;

/** What tests of other clients' dialects over HTTP share: a gateway of their own, which is sound after each test. */
abstract class SdkIngest {
    final Gateway gateway;

    SdkIngest() {
        this(Gateway.settings(1 << 20, 1 << 20, 1 << 24, 10, 2_000));
    }

    SdkIngest(RecorderSettings settings) {
        gateway = Gateway.start(settings);
    }

    @AfterEach
    void stop() throws Exception {
        gateway.store.behave();
        gateway.catalog.put(Gateway.KEY, ProjectSettings.DEFAULT);
        gateway.assertSound();
        gateway.close();
    }

    /** From now on the store refuses everything. */
    final void refuseAll(StoreErrorKind kind) {
        gateway.store.behave(chunk -> CompletableFuture.failedFuture(new StoreException(kind, "private")));
    }

    /** An answer's status, its code, and when to try again. */
    static String said(HttpResponse<String> answer) {
        String code = answer.statusCode() == 200 ? "-" : Gateway.code(answer);
        return answer.statusCode() + " " + code + " "
                + answer.headers().firstValue("retry-after").orElse("-");
    }

    static String lines(Chunk chunk) {
        return new String(chunk.lines().unpack(), StandardCharsets.UTF_8);
    }

    static ProjectSettings project(
            MaskingLevel masking, double sampleRate, boolean recording, CaptureSettings capture) {
        return new ProjectSettings(
                masking, OnLessMasking.REJECT, List.of(), RetentionPolicy.DEFAULT, sampleRate, recording, capture);
    }

    /** A project that wants no errors, and everything else as usual. */
    static ProjectSettings withoutErrors() {
        return project(
                MaskingLevel.BALANCED,
                1,
                true,
                new CaptureSettings(true, true, false, false, false, null, null, 0, null));
    }
}
