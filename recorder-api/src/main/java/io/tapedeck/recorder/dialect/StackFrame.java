package io.tapedeck.recorder.dialect;

/** A line of an error's stack as browsers write it. */
public final class StackFrame {
    private StackFrame() {}

    /** What is not known is null; a file that is a page's own script is the page's address. */
    public static String text(String function, String file, String line, String column) {
        String place = withoutQuery(file == null ? "<anonymous>" : file)
                + (line == null ? "" : ":" + line)
                + (line == null || column == null ? "" : ":" + column);
        boolean named = function != null && !function.isEmpty() && !function.equals("?");
        return named ? function + " (" + place + ")" : place;
    }

    /** Of a page's own scripts the file is the page, and its query is as private as any. */
    private static String withoutQuery(String file) {
        int end = file.indexOf('?') < 0 ? file.length() : file.indexOf('?');
        int hash = file.indexOf('#');
        return file.substring(0, hash < 0 ? end : Math.min(end, hash));
    }
}
