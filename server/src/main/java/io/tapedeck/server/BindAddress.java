package io.tapedeck.server;

/** The address that the server listens on, as the host of URLs. */
final class BindAddress {
    private BindAddress() {}

    /** How programs on this machine reach what listens on it. */
    static String hostForPrograms(String bind) {
        return host(bind, "127.0.0.1");
    }

    /** How people on this machine reach what listens on it. */
    static String hostForPeople(String bind) {
        return host(bind, "localhost");
    }

    private static String host(String bind, String ofAll) {
        if (bind.equals("0.0.0.0") || bind.equals("::")) {
            return ofAll;
        }
        return bind.contains(":") ? "[" + bind + "]" : bind;
    }
}
