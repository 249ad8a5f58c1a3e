package io.tapedeck.loadtest;

import java.net.URI;
import java.util.List;
import picocli.CommandLine.Option;

/** Which project of which server a command works against, and how to reach what is not public. */
final class TargetOptions extends ServerOptions {
    @Option(names = "--project", defaultValue = "default", description = "Project that the key writes to.")
    private String project;

    @Option(
            names = "--metrics",
            description =
                    "Base address below which /metrics is, such as that of the internal port; may be repeated for "
                            + "several processes, which are added up (default: --target).")
    private List<URI> metrics;

    @Option(names = "--metrics-token", description = "API token for /metrics (default: --token).")
    private String metricsToken;

    Project project() {
        return new Project(server(), project, token);
    }

    /** Watches the server's metrics from now on. */
    ServerWatch watch() {
        String bearer = metricsToken != null ? metricsToken : token;
        List<ServerProbe> probes = (metrics == null ? List.of(address) : metrics)
                .stream().map(base -> new ServerProbe(Target.of(base), bearer)).toList();
        return new ServerWatch(probes);
    }
}
