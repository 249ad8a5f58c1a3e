package io.tapedeck.server.config;

import java.util.Comparator;

/** Finds the setting that somebody who mistyped a name most likely meant. */
final class Suggestion {
    private Suggestion() {}

    static String nearest(String name) {
        return Settings.all().stream()
                .map(Setting::name)
                .min(Comparator.comparingInt(candidate -> distance(candidate, name)))
                .orElseThrow();
    }

    /** Levenshtein distance: how many characters to insert, delete or replace. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
