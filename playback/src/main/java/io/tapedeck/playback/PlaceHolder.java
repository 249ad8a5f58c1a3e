package io.tapedeck.playback;

import io.tapedeck.playback.Endpoint.Call;

/**
 * Whom a place for an answer is taken for: everybody with the same link, or with the same account or API token.
 *
 * @param name the link's id, or the account's or token's name
 */
record PlaceHolder(boolean byLink, String name) {
    static PlaceHolder of(Call call) {
        return call.share() == null
                ? new PlaceHolder(false, call.principal().name())
                : new PlaceHolder(true, call.share().id());
    }
}
