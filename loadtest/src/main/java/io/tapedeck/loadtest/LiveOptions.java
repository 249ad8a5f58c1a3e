package io.tapedeck.loadtest;

import picocli.CommandLine.Option;

/** Who follows sessions while they are recorded. */
final class LiveOptions {
    private static final int VIEWERS_FOR_ONE = 10;

    @Option(
            names = "--live-viewers",
            description =
                    "People who follow sessions while recorders send them (default: a tenth of --viewers if there is a"
                            + " --key, else none).")
    private Integer viewers;

    @Option(names = "--live-recorders", description = "Recorders whose sessions they follow (default: as many).")
    private Integer recorders;

    /**
     * How many follow.
     *
     * @param others people who do not
     * @param key write key of the project, or null
     */
    int viewers(int others, String key) {
        if (viewers != null) {
            return viewers;
        }
        return key == null ? 0 : Math.max(1, others / VIEWERS_FOR_ONE);
    }

    /** How many they follow; none if there are no {@code followers}. */
    int recorders(int followers) {
        return recorders == null || followers == 0 ? followers : recorders;
    }

    void requireSound(Requirements requirements, String key) {
        requirements
                .require(viewers == null || viewers >= 0, "--live-viewers must not be negative")
                .require(viewers == null || viewers == 0 || key != null, "--live-viewers needs --key")
                .require(recorders == null || recorders > 0, "--live-recorders must be positive");
    }
}
