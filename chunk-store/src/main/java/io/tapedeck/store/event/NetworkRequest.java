package io.tapedeck.store.event;

/** One request as the recorder's network plugin reports it. Mutable and meant to be used again. */
final class NetworkRequest {
    private static final int METHOD_CHARS_MAX = 20;
    private static final int URL_CHARS_MAX = 8_192;
    static final int HTTP_ERROR_FROM = 400;

    String url;
    String method;
    /** As answered; 0 if there was no answer; -1 if the recorder does not say. */
    int status;
    /** In ms; NaN if the recorder does not say. */
    double durationMs;
    /** When it began, epoch ms; NaN if the recorder does not say. */
    double startedAt;

    /** What made the browser send it; null if the recorder does not say. */
    String initiator;

    /** A request that was told of in another form. */
    void set(String newUrl, String newMethod, int newStatus, double newStartedAt, double newDurationMs) {
        url = newUrl;
        method = newMethod;
        status = newStatus;
        startedAt = newStartedAt;
        durationMs = newDurationMs;
        initiator = null;
    }

    /**
     * Whether a script of the page made it, or it failed: what else the browser fetches for the page would only hide what
     * the page asks for.
     */
    boolean isOfPage() {
        return initiator == null
                || status >= HTTP_ERROR_FROM
                || switch (initiator) {
                    case "fetch", "xmlhttprequest", "beacon" -> true;
                    default -> false;
                };
    }

    /** Reads the scanner's next value; false if it is no object. */
    boolean read(JsonScanner json) {
        set(null, null, -1, Double.NaN, Double.NaN);
        if (json.peek() != JsonScanner.Kind.OBJECT) {
            json.skipValue();
            return false;
        }
        double startTime = Double.NaN;
        double endTime = Double.NaN;
        double origin = Double.NaN;
        json.beginObject();
        while (json.nextMember()) {
            if (json.nameIs("name") || json.nameIs("url")) {
                url = json.stringOrNull(URL_CHARS_MAX);
            } else if (json.nameIs("method")) {
                method = json.stringOrNull(METHOD_CHARS_MAX);
            } else if (json.nameIs("status")) {
                status = Math.max(status, json.intOr(-1));
            } else if (json.nameIs("responseStatus")) {
                // Browsers put 0 there for what another origin answered, whatever that was.
                int said = json.intOr(-1);
                status = said > 0 ? Math.max(status, said) : status;
            } else if (json.nameIs("duration")) {
                durationMs = json.doubleOr(Double.NaN);
            } else if (json.nameIs("startTime")) {
                startTime = json.doubleOr(Double.NaN);
            } else if (json.nameIs("endTime")) {
                endTime = json.doubleOr(Double.NaN);
            } else if (json.nameIs("timeOrigin")) {
                origin = json.doubleOr(Double.NaN);
            } else if (json.nameIs("initiatorType")) {
                initiator = json.stringOrNull(METHOD_CHARS_MAX);
            } else if (json.nameIs("timestamp")) {
                startedAt = json.doubleOr(Double.NaN);
            } else {
                json.skipValue();
            }
        }
        if (Double.isNaN(durationMs)) {
            durationMs = endTime - startTime;
        }
        if (Double.isNaN(startedAt)) {
            startedAt = origin + startTime;
        }
        return true;
    }

    boolean failed() {
        return status == 0 || status >= HTTP_ERROR_FROM;
    }
}
