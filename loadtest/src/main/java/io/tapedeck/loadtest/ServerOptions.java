package io.tapedeck.loadtest;

import java.net.URI;
import picocli.CommandLine.Option;

/** Which server a command works against, and what lets it look inside. */
class ServerOptions {
    @Option(names = "--target", defaultValue = "http://127.0.0.1:8080", description = "Base address of the server.")
    URI address;

    @Option(names = "--token", description = "API token, to read sessions and metrics (default: $TAPEDECK_API_TOKEN).")
    String token = System.getenv("TAPEDECK_API_TOKEN");

    void requireSound(Requirements requirements) {
        requirements.require(address.getHost() != null, "--target must be an http or https address");
    }

    Target server() {
        return Target.of(address);
    }
}
