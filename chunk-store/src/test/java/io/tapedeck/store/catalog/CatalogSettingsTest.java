package io.tapedeck.store.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class CatalogSettingsTest {
    @Test
    void theDefaults() {
        assertThat(CatalogSettings.of("jdbc:sqlite:x.db"))
                .isEqualTo(new CatalogSettings("jdbc:sqlite:x.db", null, null, 4, 4, 4_000, 10_000));
    }

    @Test
    void anAddressOfAnotherDatabase_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> CatalogSettings.of("jdbc:h2:mem:x"));
    }

    @Test
    void toString_showsNoSecret() {
        CatalogSettings settings = CatalogSettings.of("jdbc:postgresql://db/t?password=hidden1", "u", "hidden2");

        assertThat(settings.toString()).contains("jdbc:postgresql://db/t", "u").doesNotContain("hidden");
    }
}
