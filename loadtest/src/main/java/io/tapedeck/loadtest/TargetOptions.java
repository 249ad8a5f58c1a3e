package io.tapedeck.loadtest;

import java.net.URI;
import java.util.List;
import picocli.CommandLine.Option;

/** Which server a command works against, and how to reach what is not public. */
final class TargetOptions {
    @Option(names = "--target", defaultValue = "http://127.0.0.1:8080", description = "Base address of the server.")
    URI address;

    @Option(names = "--token", description = "API token, to read sessions (default: $TAPEDECK_API_TOKEN).")
    String token = System.getenv("TAPEDECK_API_TOKEN");

    @Option(names = "--project", defaultValue = "default", description = "Project that the key writes to.")
    String project;

    @Option(
            names = "--metrics",
            description =
                    "Base address below which /metrics is, such as that of the internal port; may be repeated for "
                            + "several processes, which are added up (default: --target).")
    private List<URI> metrics;

    @Option(names = "--metrics-token", description = "API token for /metrics (default: --token).")
    private String metricsToken;

    void requireSound(Requirements requirements) {
        requirements.require(address.getHost() != null, "--target must be an http or https address");
    }

    Target server() {
        return Target.of(address);
    }

    /** Watches the server's metrics from now on. */
    ServerWatch watch() {
        String bearer = metricsToken != null ? metricsToken : token;
        List<ServerProbe> probes = (metrics == null ? List.of(address) : metrics)
                .stream().map(base -> new ServerProbe(Target.of(base), bearer)).toList();
        return new ServerWatch(probes);
    }
}
