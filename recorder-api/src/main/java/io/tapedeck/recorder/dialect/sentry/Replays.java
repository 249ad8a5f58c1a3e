package io.tapedeck.recorder.dialect.sentry;

import io.tapedeck.http.Problem;
import io.tapedeck.recorder.dialect.Upload;
import io.tapedeck.recorder.inflate.Unpacker;
import io.tapedeck.store.ChunkId;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Makes an upload of the two items of a recording's envelope. When the SDK tries again, the replay_event says so, and only
 * the replay_recording is the same: its hash is what a repeated upload is known by. The number in it, {@code segment_id},
 * is none of the window's: tabs opened from one another go on from the same number.
 */
final class Replays {
    private Replays() {}

    /** @return empty if the envelope holds no recording */
    static Optional<Upload> upload(Envelope envelope, Unpacker unpacker) {
        List<Envelope.Item> recordings = envelope.of(Envelope.Type.REPLAY_RECORDING);
        List<Envelope.Item> events = envelope.of(Envelope.Type.REPLAY_EVENT);
        if (recordings.isEmpty()) {
            return Optional.empty();
        }
        if (recordings.size() > 1 || events.size() != 1) {
            throw Problem.malformed("an envelope may have one replay_recording, with one replay_event");
        }
        byte[] body = envelope.json();
        Envelope.Item recording = recordings.get(0);
        ReplayEvent event = ReplayEvent.read(body, events.get(0));
        return Optional.of(Upload.of(envelope.header().sdk(), event.session(), event.window())
                .id(ChunkId.ofContent(ByteBuffer.wrap(body, recording.from(), recording.to() - recording.from())))
                .sentAt(envelope.header().sentAt())
                .person(event.person())
                .release(event.release())
                .tags(event.tags())
                .events(events(body, recording, unpacker))
                .build());
    }

    private static ByteBuffer events(byte[] body, Envelope.Item recording, Unpacker unpacker) {
        int from = behindFirstLine(body, recording);
        if (!Unpacker.isPacked(body, from, recording.to())) {
            ByteBuffer plain = ByteBuffer.wrap(body, from, recording.to() - from);
            return EventTimes.inMs(plain, unpacker).orElse(plain);
        }
        ByteBuffer unpacked = unpacker.unpack(body, from, recording.to());
        Optional<ByteBuffer> changed = EventTimes.inMs(unpacked, unpacker);
        changed.ifPresent(copy -> unpacker.release(unpacked.capacity()));
        return changed.orElse(unpacked);
    }

    /** The first line only repeats the number. */
    private static int behindFirstLine(byte[] body, Envelope.Item recording) {
        for (int i = recording.from(); i < recording.to(); i++) {
            if (body[i] == '\n') {
                return i + 1;
            }
        }
        throw Problem.malformed("a replay_recording is a line of JSON and the events");
    }
}
