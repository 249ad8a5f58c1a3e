package io.tapedeck.server;

/** The version of this program, from the jar's manifest. */
final class ProductVersion {
    static final String VALUE = read();

    private ProductVersion() {}

    private static String read() {
        String version = ProductVersion.class.getPackage().getImplementationVersion();
        return version != null ? version : "development";
    }
}
