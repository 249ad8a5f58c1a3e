package io.tapedeck.playback;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client of server-sent events that reads all it gets, on a thread of its own. */
final class LiveClient implements AutoCloseable {
    /** What {@link #next} gives after the last event. */
    static final Event OVER = new Event("over", null, null);

    final HttpResponse<InputStream> response;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

    /** @param id null if it has none */
    record Event(String name, String id, JsonObject data) {}

    private LiveClient(HttpResponse<InputStream> response) {
        this.response = response;
        Thread thread = new Thread(this::read, "live-client");
        thread.setDaemon(true);
        thread.start();
    }

    static LiveClient of(HttpResponse<InputStream> response) {
        return new LiveClient(response);
    }

    /** The next event, or {@link #OVER}; fails if none comes. */
    Event nextOfAnyName() throws InterruptedException {
        Event event = events.poll(20, TimeUnit.SECONDS);
        assertThat(event).as("an event").isNotNull();
        return event;
    }

    /** The next event but for heartbeats, or {@link #OVER}; fails if none comes. */
    Event next() throws InterruptedException {
        Event event = nextOfAnyName();
        while (event.name().equals("beat")) {
            event = nextOfAnyName();
        }
        return event;
    }

    /** The next event, which is of this name. */
    Event next(String name) throws InterruptedException {
        Event event = next();
        assertThat(event.name()).as(event.toString()).isEqualTo(name);
        return event;
    }

    /** Whether there is something else than heartbeats. */
    boolean hasNext() {
        return events.stream().anyMatch(event -> !event.name().equals("beat"));
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            String name = null;
            String id = null;
            String data = null;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("event: ")) {
                    name = line.substring(7);
                } else if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("data: ")) {
                    data = line.substring(6);
                } else if (line.isEmpty() && data != null) {
                    events.add(new Event(name, id, new JsonObject(data)));
                    name = null;
                    id = null;
                    data = null;
                }
            }
        } catch (IOException e) {
            // Cut off: for a client that is the end, too.
        }
        events.add(OVER);
    }

    @Override
    public void close() throws IOException {
        response.body().close();
    }
}
