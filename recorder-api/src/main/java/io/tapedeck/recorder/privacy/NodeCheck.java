package io.tapedeck.recorder.privacy;

import io.tapedeck.store.event.JsonScanner;
import io.tapedeck.store.event.JsonScanner.Kind;
import io.tapedeck.store.event.ScanLimits;
import java.util.Locale;

/**
 * Looks for what a level hides and a recorder has not hidden in nodes of a page: in a snapshot, or in what a mutation adds
 * and changes. What it cannot tell it takes for shown; what it passes is hidden. Not thread-safe; used again for each
 * event.
 *
 * <p>It relies on the order in which rrweb writes a node: its type, its tag, its attributes, its children. A node in
 * another order is taken for shown. Nesting costs no stack: hostile input nests as deep as it may.
 */
final class NodeCheck {
    private static final int DEPTH_MAX = ScanLimits.DEFAULT.depthMax();
    private static final int TAG_CHARS_MAX = 64;
    private static final int TYPE_CHARS_MAX = 16;
    private static final int ELEMENT = 2;

    /** What is known of a level of nesting. */
    private static final int OBJECT = 1;

    private static final int TYPE_SEEN = 2;
    private static final int IS_ELEMENT = 4;
    private static final int ATTRIBUTES_SEEN = 8;
    /** Inside of what people type into without it being a control. */
    private static final int EDITABLE = 16;

    private static final byte[] NOTHING = {};

    private enum Tag {
        UNKNOWN,
        INPUT,
        TEXTAREA,
        /** Whose value is what somebody chose or typed. */
        CHOICE,
        OPTION,
        /** Holds text that nobody reads. */
        CODE,
        OTHER
    }

    private final JsonScanner json = new JsonScanner(DEPTH_MAX);
    private final int[] flags = new int[DEPTH_MAX + 2];
    private final Tag[] tags = new Tag[DEPTH_MAX + 2];
    private boolean strict;
    private byte[] bytes = NOTHING;
    private int depth;

    /** @param hidesText whether all text is hidden, not only what is typed */
    boolean shows(byte[] events, int from, int to, boolean hidesText) {
        bytes = events;
        strict = hidesText;
        json.reset(events, from, to);
        depth = 0;
        if (json.peek() != Kind.OBJECT) {
            return false;
        }
        enterObject();
        while (depth > 0) {
            boolean object = is(OBJECT);
            if (!(object ? json.nextMember() : json.nextElement())) {
                depth--;
            } else if (object ? memberShows() : elementShows()) {
                return true;
            }
        }
        return false;
    }

    /** Lets go of the events. */
    void clear() {
        bytes = NOTHING;
        json.clear();
    }

    private boolean elementShows() {
        Kind kind = json.peek();
        if (kind == Kind.OBJECT) {
            enterObject();
        } else if (kind == Kind.ARRAY) {
            enterArray(0, Tag.UNKNOWN);
        } else {
            json.skipValue();
        }
        return false;
    }

    private boolean memberShows() {
        return switch (json.peek()) {
            case OBJECT -> objectShows();
            case ARRAY -> arrayShows();
            case STRING -> stringShows();
            case NUMBER -> {
                if (json.nameIs("type")) {
                    flags[depth] |= TYPE_SEEN | (json.readDouble() == ELEMENT ? IS_ELEMENT : 0);
                } else {
                    json.skipValue();
                }
                yield false;
            }
            case BOOLEAN, NULL -> {
                json.skipValue();
                yield false;
            }
        };
    }

    private boolean objectShows() {
        if (!json.nameIs("attributes")) {
            enterObject();
            return false;
        }
        flags[depth] |= ATTRIBUTES_SEEN;
        return attributesShow(tags[depth]);
    }

    private boolean arrayShows() {
        if (!json.nameIs("childNodes")) {
            enterArray(0, Tag.UNKNOWN);
            return false;
        }
        boolean known = is(TYPE_SEEN) && (!is(IS_ELEMENT) || (is(ATTRIBUTES_SEEN) && tags[depth] != Tag.UNKNOWN));
        enterArray(flags[depth] & EDITABLE, tags[depth]);
        return !known;
    }

    private boolean stringShows() {
        if (json.nameIs("tagName")) {
            tags[depth] = tag(json.readString(TAG_CHARS_MAX).toLowerCase(Locale.ROOT));
            return false;
        }
        boolean text = json.nameIs("textContent");
        boolean value = json.nameIs("value");
        json.skipValue();
        return ((text && isHiddenText()) || (value && strict)) && !isHidden();
    }

    private boolean isHiddenText() {
        Tag parent = depth > 1 && (flags[depth - 1] & OBJECT) == 0 ? tags[depth - 1] : Tag.UNKNOWN;
        return is(EDITABLE) || parent == Tag.TEXTAREA || (strict && parent != Tag.CODE);
    }

    private boolean attributesShow(Tag tag) {
        boolean label = false;
        boolean value = false;
        boolean shows = false;
        json.beginObject();
        while (json.nextMember()) {
            Kind kind = json.peek();
            if (kind == Kind.BOOLEAN) {
                boolean selected = json.nameIs("selected");
                shows |= json.readBoolean() && selected && isOption(tag);
            } else if (kind != Kind.STRING) {
                json.skipValue();
            } else if (json.nameIs("type")) {
                label = Controls.NOT_TYPED.contains(
                        json.readString(TYPE_CHARS_MAX).toLowerCase(Locale.ROOT));
            } else if (json.nameIs("contenteditable")) {
                flags[depth] |= json.readString(TYPE_CHARS_MAX).equalsIgnoreCase("false") ? 0 : EDITABLE;
            } else if (json.nameIs("value")) {
                json.skipValue();
                value = !isHidden();
            } else {
                shows |= readableShows(tag);
            }
        }
        return shows || (value && (strict || isTyped(tag, label)));
    }

    private boolean readableShows(Tag tag) {
        boolean selected = isOption(tag) && json.nameIs("selected");
        boolean readable = strict && Controls.TEXT_ATTRIBUTES.contains(json.name());
        json.skipValue();
        return selected || (readable && !isHidden());
    }

    private static boolean isOption(Tag tag) {
        return tag == Tag.OPTION || tag == Tag.UNKNOWN;
    }

    private static boolean isTyped(Tag tag, boolean label) {
        return switch (tag) {
            case INPUT -> !label;
            case TEXTAREA, CHOICE, UNKNOWN -> true;
            case OPTION, CODE, OTHER -> false;
        };
    }

    private boolean isHidden() {
        return Hidden.isHidden(bytes, json.valueFrom(), json.valueTo());
    }

    private boolean is(int flag) {
        return (flags[depth] & flag) != 0;
    }

    private void enterObject() {
        int inherited = depth > 0 && !is(OBJECT) ? flags[depth] & EDITABLE : 0;
        json.beginObject();
        depth++;
        flags[depth] = OBJECT | inherited;
        tags[depth] = Tag.UNKNOWN;
    }

    private void enterArray(int inherited, Tag parent) {
        json.beginArray();
        depth++;
        flags[depth] = inherited;
        tags[depth] = parent;
    }

    private static Tag tag(String name) {
        return switch (name) {
            case "input" -> Tag.INPUT;
            case "textarea" -> Tag.TEXTAREA;
            case "select" -> Tag.CHOICE;
            case "option" -> Tag.OPTION;
            case "style", "script" -> Tag.CODE;
            default -> name.contains("-") ? Tag.CHOICE : Tag.OTHER;
        };
    }
}
