package io.tapedeck.recorder.privacy;

import java.util.Set;

/** What is known of the elements that people type into, and of the attributes that people read. */
final class Controls {
    /** Inputs whose value is a label or a state, not something typed. */
    static final Set<String> NOT_TYPED = Set.of("button", "submit", "reset", "image", "checkbox", "radio");

    static final Set<String> TEXT_ATTRIBUTES = Set.of(
            "alt",
            "aria-description",
            "aria-label",
            "aria-roledescription",
            "aria-valuetext",
            "content",
            "label",
            "placeholder",
            "summary",
            "title",
            "value");

    private Controls() {}

    static boolean isTypedInto(String tag, String type) {
        boolean control = tag.equals("input") || tag.equals("textarea") || tag.equals("select") || tag.contains("-");
        return control && !(tag.equals("input") && NOT_TYPED.contains(type));
    }
}
