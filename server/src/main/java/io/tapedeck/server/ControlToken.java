package io.tapedeck.server;

import io.tapedeck.playback.Secrets;
import io.tapedeck.store.AdminCatalog.Principal;
import io.tapedeck.store.AdminCatalog.Role;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;

/**
 * Who a token stands for: one token of this process's own has the rights of an admin and is nowhere stored but in the control
 * file; others are asked for elsewhere. Thread-safe.
 */
final class ControlToken implements Function<String, Optional<Principal>> {
    private static final int TOKEN_BYTES = 32;
    private static final Principal HOLDER = new Principal("tapedeck command line", Role.ADMIN);

    private final Function<String, Optional<Principal>> others;
    private final String token;
    private final String hash;

    /** @param others who a token stands for, by its hash */
    ControlToken(Function<String, Optional<Principal>> others) {
        this.others = others;
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        this.token = HexFormat.of().formatHex(random);
        this.hash = Secrets.hash(token);
    }

    String token() {
        return token;
    }

    @Override
    public Optional<Principal> apply(String tokenHash) {
        return tokenHash.equals(hash) ? Optional.of(HOLDER) : others.apply(tokenHash);
    }
}
