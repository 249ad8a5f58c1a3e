package io.tapedeck.store.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.WrappedKeyCatalog;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@link WrappedKeyCatalog} promises. */
abstract class WrappedKeyContract extends CatalogTestBase {
    private static final SessionKey ONE = new SessionKey("default", "one");
    private static final SessionKey SAME_ID = new SessionKey("other", "one");

    private WrappedKeyCatalog keys;

    @BeforeEach
    void openKeys() {
        keys = catalog.catalogs().wrappedKeys();
    }

    @Test
    void keepKey_keepsTheFirst() {
        assertThat(keys.wrappedKey(ONE)).isEmpty();
        assertThat(keys.isUsed()).isFalse();

        assertThat(keys.keepKey(ONE, new byte[] {1, 2})).containsExactly(1, 2);
        assertThat(keys.keepKey(ONE, new byte[] {3, 4})).containsExactly(1, 2);

        assertThat(keys.wrappedKey(ONE).orElseThrow()).containsExactly(1, 2);
        assertThat(keys.wrappedKey(SAME_ID)).isEmpty();
        assertThat(keys.isUsed()).isTrue();
    }

    @Test
    void destroyKeys_destroysThoseAlone() {
        keys.keepKey(ONE, new byte[] {1});
        keys.keepKey(SAME_ID, new byte[] {2});

        keys.destroyKeys(List.of(ONE));
        keys.destroyKeys(List.of(ONE));

        assertThat(keys.wrappedKey(ONE)).isEmpty();
        assertThat(keys.wrappedKey(SAME_ID)).isPresent();
    }

    @Test
    void keepKey_ofAnErasedSession_isRefusedAndKeepsNothing() throws SQLException {
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            new Transaction(connection)
                    .update(
                            "insert into tombstone (project, session, reason, at) values (?, ?, 0, ?)",
                            ONE.project(),
                            ONE.session(),
                            T);
            connection.commit();
        }

        assertThatThrownBy(() -> keys.keepKey(ONE, new byte[] {1}))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreErrorKind.ERASED));
        assertThat(keys.wrappedKey(ONE)).isEmpty();
    }
}
