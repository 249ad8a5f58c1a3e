package io.tapedeck.loadtest;

/**
 * A project of a server, and how to read it. Immutable, but for where the server is.
 *
 * @param slug its name in addresses
 * @param token to read its sessions; may be null for who only writes
 */
record Project(Target server, String slug, String token) {
    /** The address of its sessions within the server's. */
    String sessions() {
        return "/api/v1/projects/" + slug + "/sessions";
    }
}
