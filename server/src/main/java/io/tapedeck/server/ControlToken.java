package io.tapedeck.server;

import io.tapedeck.playback.Secrets;
import io.tapedeck.store.AdminCatalog;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A catalog of admins that also knows one token of this process's own, with the rights of an admin, which is nowhere stored
 * but in the control file. Everything else is asked of the real one. Thread-safe.
 */
final class ControlToken implements AdminCatalog {
    private static final int TOKEN_BYTES = 32;
    private static final Principal HOLDER = new Principal("tapedeck command line", Role.ADMIN);

    private final AdminCatalog admin;
    private final String token;
    private final String hash;

    ControlToken(AdminCatalog admin) {
        this.admin = admin;
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        this.token = HexFormat.of().formatHex(random);
        this.hash = Secrets.hash(token);
    }

    String token() {
        return token;
    }

    @Override
    public Optional<Principal> principalOfToken(String tokenHash) {
        return tokenHash.equals(hash) ? Optional.of(HOLDER) : admin.principalOfToken(tokenHash);
    }

    @Override
    public List<Project> projects() {
        return admin.projects();
    }

    @Override
    public Optional<Project> project(String slug) {
        return admin.project(slug);
    }

    @Override
    public Optional<Project> projectOfKey(String writeKey) {
        return admin.projectOfKey(writeKey);
    }

    @Override
    public List<WriteKey> writeKeys(String project) {
        return admin.writeKeys(project);
    }

    @Override
    public Optional<Account> account(String name) {
        return admin.account(name);
    }

    @Override
    public Optional<Principal> principalOfLogin(String secretHash, long now) {
        return admin.principalOfLogin(secretHash, now);
    }

    @Override
    public void createLogin(String secretHash, String account, long createdAt, long expiresAt) {
        admin.createLogin(secretHash, account, createdAt, expiresAt);
    }

    @Override
    public void endLogin(String secretHash) {
        admin.endLogin(secretHash);
    }

    @Override
    public void deleteEndedLogins(long now) {
        admin.deleteEndedLogins(now);
    }

    @Override
    public Bootstrapped bootstrap(Bootstrap bootstrap, long now) {
        return admin.bootstrap(bootstrap, now);
    }
}
