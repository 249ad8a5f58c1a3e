package io.tapedeck.store;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The database of what admins set: projects, write keys, accounts, API tokens, logins. Kept beside {@link Catalog}, with
 * the same rules for threads and errors. Secrets are stored only as hashes.
 */
public interface AdminCatalog {
    /** The project that a first start makes. */
    String DEFAULT_PROJECT = "default";
    /** The account that a first start makes. */
    String ADMIN_ACCOUNT = "admin";

    /** All projects by number. */
    List<Project> projects();

    Optional<Project> project(String slug);

    /** The project that a write key belongs to; empty if there is no such key or it is revoked. */
    Optional<Project> projectOfKey(String writeKey);

    /** The write keys of a project that are not revoked, oldest first. */
    List<WriteKey> writeKeys(String project);

    Optional<Account> account(String name);

    /** Whether there is an account that is an admin: always, once a first start is over. */
    boolean hasAdmin();

    /** Who an API token, given by its SHA-256 as hex, stands for. */
    Optional<Principal> principalOfToken(String tokenHash);

    /** Who a login, given by the SHA-256 of its secret as hex, stands for; empty if it ended before {@code now}. */
    Optional<Principal> principalOfLogin(String secretHash, long now);

    /**
     * Makes a login.
     *
     * @param account as it was when its password was checked
     * @return false, and none is made, if the account is gone or has another password by now
     */
    boolean createLogin(String secretHash, Account account, long createdAt, long expiresAt);

    /** Ends a login. No such login: nothing. */
    void endLogin(String secretHash);

    /** Deletes logins that ended before {@code now}. */
    void deleteEndedLogins(long now);

    /**
     * Makes what a first start needs, in one transaction and only what is absent.
     *
     * @return what was made
     */
    Bootstrapped bootstrap(Bootstrap bootstrap, long now);

    /**
     * @param slug immutable, part of every key
     * @param number immutable, from 1
     */
    record Project(String slug, int number, String name, ProjectSettings settings) {}

    /**
     * What a project asks of its recordings.
     *
     * @param masking the least masking that a recorder may declare
     * @param onLessMasking what becomes of a chunk that declares less
     * @param origins the origins that may record, such as {@code https://example.com}; empty: any
     * @param retention how long sessions are kept
     * @param sampleRate share of sessions to record, 0 to 1
     * @param recording whether recording is on
     * @param capture what of a page is recorded; null is taken as the default
     */
    record ProjectSettings(
            MaskingLevel masking,
            OnLessMasking onLessMasking,
            List<String> origins,
            RetentionPolicy retention,
            double sampleRate,
            boolean recording,
            CaptureSettings capture) {
        public static final ProjectSettings DEFAULT = new ProjectSettings(
                MaskingLevel.BALANCED,
                OnLessMasking.REJECT,
                List.of(),
                RetentionPolicy.DEFAULT,
                1.0,
                true,
                CaptureSettings.DEFAULT);

        public ProjectSettings {
            capture = Objects.requireNonNullElse(capture, CaptureSettings.DEFAULT);
        }
    }

    /** How much a recorder hides, from least to most. */
    enum MaskingLevel {
        /** Only passwords and payment fields. */
        OPEN,
        /** Everything typed. */
        BALANCED,
        /** Everything typed and all text. */
        STRICT
    }

    /** What the gateway does with a chunk that declares less masking than the project asks for. */
    enum OnLessMasking {
        REJECT,
        REDACT
    }

    record WriteKey(String key, String project, long createdAt) {}

    /** @param passwordHash Argon2id in its encoded form */
    record Account(String name, Role role, String passwordHash) {}

    /** Somebody who has proved who they are. */
    record Principal(String name, Role role) {}

    /** What somebody may do. */
    enum Role {
        ADMIN,
        VIEWER
    }

    /**
     * What must be there after a start. Nothing that exists is changed.
     *
     * @param writeKeys keys that the project {@code default} must have, possibly none; those absent are made
     * @param writeKeyIfNone the key to make if the project has none and {@code writeKeys} is empty
     * @param adminPasswordHash for {@link #ADMIN_ACCOUNT} if there is no such account and no other admin, or null: then
     *     none is made
     * @param apiTokenHash SHA-256 as hex of an API token with the rights of an admin, or null; one that was revoked is not
     *     made anew
     */
    record Bootstrap(List<String> writeKeys, String writeKeyIfNone, String adminPasswordHash, String apiTokenHash) {}

    /** Whether the project, a write key and the admin account were made now. */
    record Bootstrapped(boolean project, boolean writeKey, boolean admin) {}
}
