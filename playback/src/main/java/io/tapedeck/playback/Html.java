package io.tapedeck.playback;

/** Text put into HTML. */
final class Html {
    private Html() {}

    /** For the inside of an attribute in double quotes. */
    static String attribute(String text) {
        return text.replace("&", "&amp;").replace("\"", "&quot;").replace("<", "&lt;");
    }
}
