package io.tapedeck.store.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;

/**
 * A point of interest on a session's timeline. Immutable. Its JSON form is that of the API and of the marker track.
 *
 * @param at epoch ms
 * @param window the window's id
 * @param kind what it is
 * @param title one line of text for people, at most 300 characters
 * @param durationMs how long it lasted, or null
 * @param level of a console line: {@code log}, {@code info}, {@code warn}, {@code error} or {@code debug}; else null
 * @param data what is special to the kind, at most 8 KB as JSON; or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Marker(long at, String window, Kind kind, String title, Long durationMs, String level, JsonNode data) {
    /** The kinds, with their names in JSON. */
    public enum Kind {
        @JsonProperty("navigation")
        NAVIGATION,
        @JsonProperty("click")
        CLICK,
        @JsonProperty("rageClick")
        RAGE_CLICK,
        @JsonProperty("deadClick")
        DEAD_CLICK,
        @JsonProperty("error")
        ERROR,
        @JsonProperty("console")
        CONSOLE,
        @JsonProperty("request")
        REQUEST,
        @JsonProperty("failedRequest")
        FAILED_REQUEST,
        @JsonProperty("custom")
        CUSTOM,
        @JsonProperty("idle")
        IDLE
    }
}
