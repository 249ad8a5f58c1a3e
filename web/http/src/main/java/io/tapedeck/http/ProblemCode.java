package io.tapedeck.http;

/** Every way in which a request can fail: the code clients see, which is also the metrics' label and the log's field. */
public enum ProblemCode {
    MALFORMED(400, "The request is malformed"),
    UNAUTHENTICATED(401, "Credentials are missing or not valid"),
    BAD_CREDENTIALS(401, "Name or password is wrong"),
    FORBIDDEN(403, "Not allowed"),
    CROSS_ORIGIN(403, "The request comes from another origin"),
    ORIGIN_NOT_ALLOWED(403, "This origin may not record"),
    RECORDING_OFF(403, "Recording is off for this project"),
    SHARING_OFF(403, "Links for people without an account are turned off"),
    NOT_FOUND(404, "Not found"),
    METHOD_NOT_ALLOWED(405, "Method not allowed"),
    NOT_ACCEPTABLE(406, "Not acceptable"),
    REQUEST_TIMEOUT(408, "The request took too long to arrive"),
    CONFLICT(409, "Something else changed first"),
    STALE_REV(409, "The session has changed since"),
    TAKEN(409, "The name is taken"),
    LIMIT_REACHED(409, "The limit is reached"),
    LAST_ADMIN(409, "At least one admin must remain"),
    HELD(409, "A session is under legal hold"),
    NODE_RUNS(409, "The node is running"),
    ERASED(410, "The session was erased or has expired"),
    TOO_LARGE(413, "The request is too large"),
    URI_TOO_LONG(414, "The address is too long"),
    UNSUPPORTED_ENCODING(415, "The content encoding is not supported"),
    UNSUPPORTED_MEDIA_TYPE(415, "The media type is not supported"),
    MASKING_VIOLATION(422, "The recording is masked less than the project requires"),
    RATE_LIMITED(429, "Too many requests"),
    HEADERS_TOO_LARGE(431, "The request's headers are too large"),
    INTERNAL(500, "Something went wrong"),
    CORRUPT(500, "Stored data is damaged"),
    UNSUPPORTED_VERSION(500, "Stored data was written by a later version"),
    UNAVAILABLE(503, "The storage is not available"),
    OVER_CAPACITY(503, "Too busy, or out of space");

    private final int status;
    private final String title;

    ProblemCode(int status, String title) {
        this.status = status;
        this.title = title;
    }

    public int status() {
        return status;
    }

    /** Whether the same request may be taken later: the trouble is the server's, or one of too much at once. */
    public boolean isPassing() {
        return status >= 500 || status == 429 || status == 408;
    }

    public String title() {
        return title;
    }
}
