package io.tapedeck.store.object;

import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;

/**
 * The one place that turns what the SDK fails with into a {@link StoreErrorKind}.
 *
 * <p>NOT_FOUND is said of an object only where the server names it by code: a 404 of a missing bucket, or of a web
 * server that is no object store at all, is an outage.
 */
final class S3Errors {
    private S3Errors() {}

    static StoreException toStoreException(String operation, String key, Throwable error) {
        Throwable cause = Outcomes.unwrap(error);
        return cause instanceof StoreException known
                ? known
                : new StoreException(kindOf(cause), operation + " of " + key + " failed: " + cause, cause);
    }

    static StoreErrorKind kindOf(Throwable error) {
        Throwable cause = Outcomes.unwrap(error);
        if (cause instanceof StoreException known) {
            return known.kind();
        }
        if (cause instanceof AwsServiceException answer) {
            return kindOfAnswer(answer);
        }
        if (cause instanceof ApiCallTimeoutException || cause instanceof ApiCallAttemptTimeoutException) {
            return StoreErrorKind.TIMEOUT;
        }
        return kindOfClientFailure(cause);
    }

    static boolean isNotImplemented(Throwable error) {
        return Outcomes.unwrap(error) instanceof AwsServiceException answer
                && (answer.statusCode() == 501 || codeOf(answer).equals("NotImplemented"));
    }

    /** The answer's status: 0 if there was none. */
    static int statusOf(Throwable error) {
        return Outcomes.unwrap(error) instanceof AwsServiceException answer ? answer.statusCode() : 0;
    }

    /** Goes on with another future after a failure of one kind; other failures stay what they are. */
    static <T> CompletableFuture<T> recover(
            CompletableFuture<T> source, StoreErrorKind kind, Function<Throwable, CompletableFuture<T>> next) {
        return source.handle((value, error) -> {
                    if (error == null) {
                        return CompletableFuture.completedFuture(value);
                    }
                    return kindOf(error) == kind ? next.apply(error) : CompletableFuture.<T>failedFuture(error);
                })
                .thenCompose(Function.identity());
    }

    private static StoreErrorKind kindOfAnswer(AwsServiceException answer) {
        String code = codeOf(answer);
        return switch (code) {
            case "NoSuchKey", "NoSuchVersion" -> StoreErrorKind.NOT_FOUND;
            case "RequestTimeout" -> StoreErrorKind.TIMEOUT;
            case "ExpiredToken", "InvalidToken", "InvalidAccessKeyId", "SignatureDoesNotMatch" ->
                StoreErrorKind.UNAUTHORIZED;
            case "InvalidRange" -> StoreErrorKind.CORRUPT;
            default -> answer.isThrottlingException() ? StoreErrorKind.THROTTLED : kindOfStatus(answer.statusCode());
        };
    }

    private static StoreErrorKind kindOfStatus(int status) {
        return switch (status) {
            case 401, 403 -> StoreErrorKind.UNAUTHORIZED;
            case 408, 504 -> StoreErrorKind.TIMEOUT;
            case 409, 412 -> StoreErrorKind.CONFLICT;
            case 416 -> StoreErrorKind.CORRUPT;
            case 429 -> StoreErrorKind.THROTTLED;
            default -> StoreErrorKind.UNAVAILABLE;
        };
    }

    /** For these the SDK has texts and causes, but no types of its own. */
    private static StoreErrorKind kindOfClientFailure(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            String text = String.valueOf(cause.getMessage());
            if (text.startsWith("Maximum pending connection acquisitions exceeded")) {
                return StoreErrorKind.OVER_CAPACITY;
            }
            if (text.startsWith("Unable to load credentials")) {
                return StoreErrorKind.UNAUTHORIZED;
            }
            if (cause instanceof io.netty.handler.timeout.TimeoutException
                    || cause instanceof java.net.SocketTimeoutException) {
                return StoreErrorKind.TIMEOUT;
            }
        }
        return StoreErrorKind.UNAVAILABLE;
    }

    private static String codeOf(AwsServiceException answer) {
        AwsErrorDetails details = answer.awsErrorDetails();
        return details == null || details.errorCode() == null ? "" : details.errorCode();
    }
}
