package io.tapedeck.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.tapedeck.loadtest.Manifest.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class FrameCheckTest {
    private static final List<Frame> FRAMES =
            List.of(new Frame("f1", "w1", 0, 1, 2, 0, 0, 0), new Frame("f2", "w2", 0, 1, 1, 0, 0, 0));
    private static final String F1 = "{\"w\":\"w1\",\"type\":4}\n{\"w\":\"w1\",\"type\":2}\n";
    private static final String F2 = "{\"w\":\"w2\",\"type\":3}\n";

    @Test
    void whatTheManifestSays_isWhole_inEveryEncoding() throws IOException {
        assertThat(FrameCheck.wrong(FRAMES, "", bytes(F1 + F2))).isEmpty();
        assertThat(FrameCheck.wrong(FRAMES, "zstd", zstd(F1, F2))).isEmpty();
        assertThat(FrameCheck.wrong(FRAMES, "gzip", gzip(F1 + F2))).isEmpty();
    }

    @Test
    void aMissingLine_isFound() {
        assertThat(FrameCheck.wrong(FRAMES, "", bytes(F1))).hasValue("frame f2 ends after 0 of 1 lines");
        assertThat(FrameCheck.wrong(FRAMES, "zstd", zstd(F1))).hasValue("frame f2 ends after 0 of 1 lines");
    }

    @Test
    void aSurplusLine_isFound() {
        assertThat(FrameCheck.wrong(FRAMES, "", bytes(F1 + F2 + F2))).hasValue("more lines than the frames have");
    }

    @Test
    void framesInAnotherOrder_areFound() {
        assertThat(FrameCheck.wrong(FRAMES, "", bytes(F2 + F1)))
                .hasValueSatisfying(what -> assertThat(what).contains("no event of its window"));
    }

    @Test
    void aFrameCutShort_orWithAFlippedBit_isFound() {
        byte[] whole = zstd(F1, F2);

        assertThat(FrameCheck.wrong(FRAMES, "zstd", Arrays.copyOf(whole, whole.length - 3)))
                .isPresent();
        whole[whole.length / 2] ^= 1;
        assertThat(FrameCheck.wrong(FRAMES, "zstd", whole)).isPresent();
    }

    @Test
    void anUnknownEncoding_isFound() {
        assertThat(FrameCheck.wrong(FRAMES, "br", bytes(F1 + F2))).hasValue("the content encoding is br");
    }

    private static byte[] zstd(String... frames) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String frame : frames) {
            out.writeBytes(Zstd.compress(bytes(frame)));
        }
        return out.toByteArray();
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes(text));
        }
        return out.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
