package io.tapedeck.playback;

import io.tapedeck.playback.Endpoint.Call;

/** The body of a login. */
record LoginRequest(String name, String password) {
    private static final int NAME_LENGTH_MAX = 200;

    /** @throws io.tapedeck.http.ProblemException MALFORMED, UNSUPPORTED_MEDIA_TYPE */
    static LoginRequest read(Call call) {
        RequestBody body = RequestBody.of(call, "name", "password");
        return new LoginRequest(
                body.text("name", NAME_LENGTH_MAX), body.text("password", PasswordHasher.PASSWORD_LENGTH_MAX));
    }
}
