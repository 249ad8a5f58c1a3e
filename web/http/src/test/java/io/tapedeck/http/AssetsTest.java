package io.tapedeck.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AssetsTest {
    private final Assets all = Assets.load(getClass().getClassLoader(), "assets");

    @Test
    void below_hasTheFilesOfThatFolder_theSameOnes_byTheirPathsInIt() {
        assertThat(all.below("sub").find("index.html").orElseThrow())
                .isSameAs(all.find("sub/index.html").orElseThrow());
    }

    @Test
    void below_hasNothingElse() {
        Assets sub = all.below("sub");

        assertThat(List.of("app.js", "sub/index.html", "../app.js", "/index.html", ""))
                .allSatisfy(path -> assertThat(sub.find(path)).isEmpty());
    }

    @Test
    void below_aFolderThatThereIsNot_orThatIsOnlyHowANameBegins_isEmpty() {
        assertThat(all.below("none").find("index.html")).isEmpty();
        assertThat(all.below("su").find("b/index.html")).isEmpty();
        assertThat(all.below("app.js").find("")).isEmpty();
    }
}
