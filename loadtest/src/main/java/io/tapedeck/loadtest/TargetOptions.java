package io.tapedeck.loadtest;

import java.net.URI;
import java.util.List;
import picocli.CommandLine.Option;

/** Which project of which server a command works against, and how to reach what is not public. */
final class TargetOptions extends ProjectOptions {
    @Option(
            names = "--metrics",
            description =
                    "Base address below which /metrics is, such as that of the internal port; may be repeated for "
                            + "several processes, which are added up (default: --target).")
    private List<URI> metrics;

    @Option(names = "--metrics-token", description = "API token for /metrics (default: --token).")
    private String metricsToken;

    @Override
    void requireSound(Requirements requirements) {
        super.requireSound(requirements);
        requirements.require(
                metrics == null || metrics.stream().allMatch(base -> base.getHost() != null),
                "--metrics must be an http or https address");
    }

    /** Watches the server's metrics from now on. */
    ServerWatch watch() {
        String bearer = metricsToken != null ? metricsToken : token;
        List<ServerProbe> probes = (metrics == null ? List.of(address) : metrics)
                .stream().map(base -> new ServerProbe(Target.of(base), bearer)).toList();
        return new ServerWatch(probes);
    }
}
