package io.tapedeck.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.catalog.PostgresServer;
import io.tapedeck.store.object.S3Server;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The S3 server is stopped, or PostgreSQL is, while recorders send to the real jar. With the system property {@code
 * campaign=long} both are away for 60 s under the load of 200 recorders; else it is a short form of that.
 */
class OutageCampaignIT {
    private static final boolean LONG = "long".equals(System.getProperty("campaign"));
    private static final Duration AWAY = Duration.ofSeconds(LONG ? 60 : 6);
    /** With {@code ack: stored} a chunk waits 15 s for the store before it is refused. */
    private static final Duration AWAY_LONGER_THAN_A_CHUNK_WAITS = Duration.ofSeconds(LONG ? 60 : 20);

    @TempDir
    private Path folder;

    private S3Server s3;
    private PostgresServer postgres;
    private String database;

    @BeforeEach
    void startServers() {
        s3 = S3Server.open();
        postgres = PostgresServer.start(folder.resolve("postgres"));
        database = postgres.newDatabase();
    }

    @AfterEach
    void stopServers() {
        postgres.close();
        s3.close();
    }

    @Test
    void objectStoreAway_andAKill_journaledChunksAreTakenAllTheSame() throws Exception {
        Outage outage = objectStoreOutage(AWAY, true);

        run("object-store-journaled", "journaled", outage);

        assertThat(outage.ackedDuring()).isPositive();
        assertThat(outage.journalBytesGrown()).isPositive();
    }

    @Test
    void objectStoreAway_storedChunksAreRefusedAndComeAgain() throws Exception {
        Outage outage = objectStoreOutage(AWAY_LONGER_THAN_A_CHUNK_WAITS, false);

        run("object-store-stored", "stored", outage);

        assertThat(outage.ackedDuring()).isZero();
        assertThat(outage.refusedDuring()).isPositive();
    }

    @Test
    void catalogAway_journaledChunksAreTakenAllTheSame() throws Exception {
        Outage outage = catalogOutage(AWAY);

        run("catalog-journaled", "journaled", outage);

        assertThat(outage.ackedDuring()).isPositive();
        assertThat(outage.journalBytesGrown()).isPositive();
    }

    @Test
    void catalogAway_storedChunksAreRefusedAndComeAgain() throws Exception {
        Outage outage = catalogOutage(AWAY_LONGER_THAN_A_CHUNK_WAITS);

        run("catalog-stored", "stored", outage);

        assertThat(outage.ackedDuring()).isZero();
        assertThat(outage.refusedDuring()).isPositive();
    }

    private Outage objectStoreOutage(Duration away, boolean killMeanwhile) {
        return new Outage("objectStore", s3::stop, s3::start, away, killMeanwhile);
    }

    private Outage catalogOutage(Duration away) {
        return new Outage("catalog", postgres::stop, postgres::start, away, false);
    }

    private void run(String name, String ack, Outage outage) throws Exception {
        LoadSettings load = new LoadSettings(
                CampaignServer.KEY,
                LONG ? 200 : 20,
                LONG ? 0.5 : 5,
                new Habits(0.1, 0.05, Duration.ofSeconds(LONG ? 20 : 3), 0.2),
                Duration.ofMinutes(2),
                "balanced",
                name.hashCode());
        Campaign.Outcome outcome;
        try (CampaignServer server = new CampaignServer(
                Path.of(System.getProperty("tapedeck.jar")),
                folder.resolve(name),
                List.of("-Xmx512m", "-XX:TieredStopAtLevel=1"),
                environment(ack))) {
            outcome = new Campaign(
                            server, load, Recording.bundled(), Duration.ofMinutes(1), Duration.ofMinutes(LONG ? 10 : 2))
                    .run(outage);
        }
        outcome.report().write(Path.of(System.getProperty("campaign.results"), name + ".json"));
        assertThat(outcome.broken()).isEmpty();
    }

    private Map<String, String> environment(String ack) {
        Map<String, String> environment = new HashMap<>();
        environment.put("TAPEDECK_ACK", ack);
        environment.put("TAPEDECK_SETTLE_AFTER", "2s");
        environment.put("TAPEDECK_GC_GRACE", "2s");
        environment.put("TAPEDECK_STORE_URL", "s3://" + s3.bucket() + "/campaign");
        environment.put("TAPEDECK_S3_ENDPOINT", s3.endpoint().toString());
        environment.put("TAPEDECK_S3_ACCESS_KEY", s3.accessKey());
        environment.put("TAPEDECK_S3_SECRET_KEY", s3.secretKey());
        environment.put("TAPEDECK_CATALOG_URL", database);
        return environment;
    }
}
