package io.tapedeck.loadtest;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Requests whose answers must be over in time: the timeout of {@link HttpRequest} ends with an answer's head, and a server may
 * stall in the middle of its body. Thread-safe; blocks its caller.
 */
final class BoundedHttp {
    private final HttpClient client;
    private final Duration answerWithin;

    /** @param answerWithin the whole of it */
    BoundedHttp(Duration connectWithin, Duration answerWithin) {
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(connectWithin)
                .build();
        this.answerWithin = answerWithin;
    }

    /** @throws IOException if there is no whole answer in time; it names the server */
    <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> body) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<T>> answer = client.sendAsync(request, body);
        try {
            return answer.get(answerWithin.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            String server = request.uri().getScheme() + "://" + request.uri().getAuthority();
            throw new IOException("no answer from " + server + ": " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new IOException("the answer was not over within " + answerWithin, e);
        } finally {
            answer.cancel(true);
        }
    }
}
