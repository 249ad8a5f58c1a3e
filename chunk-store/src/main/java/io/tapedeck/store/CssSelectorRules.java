package io.tapedeck.store;

/**
 * What can be told of a CSS selector without a browser: that its brackets and quotes end. A browser has the last word; a
 * recorder whose browser does not understand a selector does not record.
 */
final class CssSelectorRules {
    private CssSelectorRules() {}

    /** @throws IllegalArgumentException saying what is wrong */
    static void require(String selector) {
        int lengthMax = CaptureSettings.Selectors.LENGTH_MAX;
        if (selector.isBlank()
                || selector.length() > lengthMax
                || selector.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "a selector has 1 to " + lengthMax + " characters, none of them a control character");
        }
        if (!isWhole(selector)) {
            throw new IllegalArgumentException("not a CSS selector: " + selector);
        }
    }

    private static boolean isWhole(String selector) {
        StringBuilder open = new StringBuilder();
        char quote = 0;
        for (int i = 0; i < selector.length(); i++) {
            char c = selector.charAt(i);
            if (c == '\\') {
                i++;
            } else if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '(' || c == '[') {
                open.append(c == '(' ? ')' : ']');
            } else if (c == ')' || c == ']') {
                int last = open.length() - 1;
                if (last < 0 || open.charAt(last) != c) {
                    return false;
                }
                open.setLength(last);
            } else if (c == '{' || c == '}' || c == ';' || c == '<' || c == '@') {
                return false;
            }
        }
        return quote == 0 && open.isEmpty() && !selector.strip().endsWith(",");
    }
}
