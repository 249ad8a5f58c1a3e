package io.tapedeck.store.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

class SqlErrorsTest {
    @ParameterizedTest
    @CsvSource({
        "SQLITE_BUSY, UNAVAILABLE",
        "SQLITE_BUSY_SNAPSHOT, UNAVAILABLE",
        "SQLITE_LOCKED, UNAVAILABLE",
        "SQLITE_IOERR_FSYNC, UNAVAILABLE",
        "SQLITE_CANTOPEN, UNAVAILABLE",
        "SQLITE_READONLY, UNAVAILABLE",
        "SQLITE_FULL, OVER_CAPACITY",
        "SQLITE_CORRUPT, CORRUPT",
        "SQLITE_CORRUPT_INDEX, CORRUPT",
        "SQLITE_NOTADB, CORRUPT",
        "SQLITE_AUTH, UNAUTHORIZED",
        "SQLITE_INTERRUPT, TIMEOUT"
    })
    void kind_ofSqlitesResultCodes(SQLiteErrorCode code, StoreErrorKind kind) {
        assertThat(SqlErrors.kind(new SQLiteException("", code))).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource({
        "08006, UNAVAILABLE",
        "25006, UNAVAILABLE",
        "28P01, UNAUTHORIZED",
        "40001, UNAVAILABLE",
        "53100, OVER_CAPACITY",
        "53300, UNAVAILABLE",
        "57014, TIMEOUT",
        "57P01, UNAVAILABLE",
        "58030, UNAVAILABLE",
        "XX001, CORRUPT"
    })
    void kind_ofSqlStates(String state, StoreErrorKind kind) {
        assertThat(SqlErrors.kind(new SQLException("", state))).isEqualTo(kind);
    }

    @Test
    void kind_ofAPoolWithoutConnections_isThatOfTheCause() {
        SQLException refused = new SQLException("", "28P01");
        assertThat(SqlErrors.kind(new SQLTransientConnectionException("", null, refused)))
                .isEqualTo(StoreErrorKind.UNAUTHORIZED);
        assertThat(SqlErrors.kind(new SQLTransientConnectionException("", (String) null)))
                .isEqualTo(StoreErrorKind.UNAVAILABLE);
    }

    @Test
    void isLostRace_onlyOfTransactionsUndoneForAnother() {
        assertThat(SqlErrors.isLostRace(new SQLException("", "40001"))).isTrue();
        assertThat(SqlErrors.isLostRace(new SQLException("", "40P01"))).isTrue();
        assertThat(SqlErrors.isLostRace(new SQLException("", "23505"))).isFalse();
        assertThat(SqlErrors.isLostRace(new SQLException(""))).isFalse();
    }

    @Test
    void theMessage_quotesNothingOfTheDatabases() {
        StoreException error = SqlErrors.toStoreException("layout", new SQLException("ann@example.com", "08006"));

        assertThat(error).hasMessageNotContaining("ann").hasMessageContaining("layout");
        assertThat(error.retryable()).isTrue();
    }
}
