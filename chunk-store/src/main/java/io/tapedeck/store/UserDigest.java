package io.tapedeck.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Names a user of a project in tombstones: whoever knows the id finds it again, nobody else learns it. */
public final class UserDigest {
    private UserDigest() {}

    /** SHA-256 of the project, a zero byte and the user's id, as hex. */
    public static String of(String project, String user) {
        MessageDigest sha256 = Sha256.fresh();
        sha256.update(project.getBytes(StandardCharsets.UTF_8));
        sha256.update((byte) 0);
        sha256.update(user.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(sha256.digest());
    }
}
