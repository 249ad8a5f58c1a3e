package io.tapedeck.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapedeck.loadtest.ReadBack.Findings;
import io.tapedeck.store.catalog.PostgresServer;
import io.tapedeck.store.object.S3Server;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two processes of each role over one PostgreSQL and one S3 server, behind a load balancer that knows no sessions. While
 * recorders send, one process of each role in turn is killed, and cut off from what it stands on; others are added and
 * taken away. Nothing acknowledged is lost or doubled, and viewers go on reading. The system property {@code campaign=long}
 * makes it longer.
 */
class ScaledCampaignIT {
    private static final boolean LONG = "long".equals(System.getProperty("campaign"));
    private static final Duration CUT = Duration.ofSeconds(LONG ? 60 : 5);
    private static final Duration START_MAX = Duration.ofMinutes(3);
    private static final Duration WAIT = Duration.ofMinutes(2);
    /** How long a viewer's player tries again when a process that it read from is gone. */
    private static final Duration VIEWERS_PATIENCE = Duration.ofSeconds(90);

    @TempDir
    private Path folder;

    private S3Server s3;
    private PostgresServer postgres;
    private URI database;
    private final List<Node> nodes = new ArrayList<>();

    /** A process and its ways to what it stands on. */
    private record Node(CampaignServer server, ServerProbe probe, Relay toCatalog, Relay toObjects) {
        void start() throws Exception {
            server.start();
        }

        void awaitReady() throws Exception {
            assertThat(probe.awaitReady(START_MAX))
                    .as("ready, but it says %s", server.said())
                    .isTrue();
        }

        void close() {
            server.close();
            toCatalog.close();
            toObjects.close();
        }
    }

    @BeforeEach
    void startServers() {
        s3 = S3Server.open();
        postgres = PostgresServer.start(folder.resolve("postgres"));
        database = URI.create(postgres.newDatabase().substring("jdbc:".length()));
    }

    @AfterEach
    void stopAll() {
        nodes.forEach(Node::close);
        postgres.close();
        s3.close();
    }

    @Test
    void killsAndPartitionsOfEachRole_loseNothing_andViewersGoOn() throws Exception {
        List<Node> recorders = List.of(node("recorder"), node("recorder"));
        List<Node> playback = List.of(node("playback"), node("playback"));
        List<Node> upkeep = List.of(node("upkeep"), node("upkeep"));
        List<Node> others = List.of(node("recorder"), node("playback"), node("upkeep"), node("recorder"));
        // All at once on an empty database: its tables are made once.
        for (Node node : nodes) {
            node.start();
        }
        for (Node node : nodes) {
            node.awaitReady();
        }
        Stream<Node> sending = Stream.concat(recorders.stream(), others.stream().filter(this::takesChunks));
        try (Balancer balancer = new Balancer(servers(sending), servers(playback.stream()))) {
            Project project = new Project(balancer.target(), "default", CampaignServer.TOKEN);
            ReplayReader reader = new ReplayReader(project);
            List<PlayedSession> sessions;
            Counts counts;
            try (Fleet fleet = Fleet.start(project, load(), Recording.bundled())) {
                counts = fleet.counts();
                awaitMoreAcked(counts);
                takeAway(others);
                for (List<Node> role : List.of(recorders, playback, upkeep)) {
                    awaitMoreAcked(counts);
                    assertViewersGoOn(reader, fleet);
                    kill(role.get(0), () -> {
                        awaitMoreAcked(counts);
                        assertViewersGoOn(reader, fleet);
                    });
                    cutOff(role.get(1).toCatalog(), () -> {
                        awaitMoreAcked(counts);
                        assertViewersGoOn(reader, fleet);
                    });
                    cutOff(role.get(1).toObjects(), () -> {
                        awaitMoreAcked(counts);
                        assertViewersGoOn(reader, fleet);
                    });
                    role.get(1).awaitReady();
                }
                fleet.finish();
                sessions = fleet.sessions().stream()
                        .filter(PlayedSession::hasAcked)
                        .toList();
            }
            assertThat(counts.givenUp.sum()).as("chunks given up").isZero();
            for (Node node : playback) {
                assertReadBack(new ReplayReader(node.server().project()), sessions);
            }
            await().atMost(Duration.ofMinutes(LONG ? 10 : 3)).until(() -> areSettled(reader, sessions));
            for (Node node : playback) {
                assertReadBack(new ReplayReader(node.server().project()), sessions);
            }
        }
        for (Node node : nodes) {
            assertThat(node.server().quarantinedFiles()).isZero();
        }
    }

    /** Something that goes on while a process is away. */
    private interface Meanwhile {
        void run() throws Exception;
    }

    private boolean takesChunks(Node node) {
        return node.server().data().toString().contains("recorder");
    }

    private static void takeAway(List<Node> some) throws InterruptedException {
        for (Node node : some) {
            assertThat(node.server().stop()).isEqualTo(143);
        }
    }

    private static void kill(Node node, Meanwhile meanwhile) throws Exception {
        node.server().kill();
        meanwhile.run();
        node.start();
        node.awaitReady();
    }

    private static void cutOff(Relay relay, Meanwhile meanwhile) throws Exception {
        long until = System.nanoTime() + CUT.toNanos();
        relay.cut();
        meanwhile.run();
        await().atMost(CUT.plus(WAIT)).until(() -> System.nanoTime() >= until);
        relay.mend();
    }

    private static void awaitMoreAcked(Counts counts) {
        long before = counts.acked.sum();
        await().atMost(WAIT).until(() -> counts.acked.sum() > before + 30);
    }

    /** What was acknowledged some time ago can be read at any moment. */
    private static void assertViewersGoOn(ReplayReader reader, Fleet fleet) throws InterruptedException {
        List<PlayedSession> some = fleet.sessions().stream()
                .filter(PlayedSession::hasAcked)
                .limit(5)
                .toList();
        Findings findings = new ReadBack(reader, VIEWERS_PATIENCE).run(some);
        assertThat(findings.promisesKept()).as("%s", findings).isTrue();
    }

    private static void assertReadBack(ReplayReader reader, List<PlayedSession> sessions) throws InterruptedException {
        Findings findings = new ReadBack(reader, WAIT).run(sessions);
        assertThat(findings.promisesKept()).as("%s", findings).isTrue();
        assertThat(findings.sessions()).isEqualTo(sessions.size()).isPositive();
    }

    private static boolean areSettled(ReplayReader reader, List<PlayedSession> sessions) throws Exception {
        for (PlayedSession session : sessions) {
            if (!reader.isSettled(session)) {
                return false;
            }
        }
        return true;
    }

    private static List<CampaignServer> servers(Stream<Node> some) {
        return some.map(Node::server).toList();
    }

    private static LoadSettings load() {
        return new LoadSettings(
                CampaignServer.KEY,
                LONG ? 100 : 12,
                LONG ? 1 : 4,
                new Habits(0.1, 0.05, Duration.ofSeconds(3), 0.2),
                Duration.ofMinutes(5),
                "balanced",
                11);
    }

    private Node node(String role) {
        Relay toCatalog = new Relay(database.getPort());
        Relay toObjects = new Relay(s3.endpoint().getPort());
        String name = role + "-" + nodes.size();
        CampaignServer server = new CampaignServer(
                Path.of(System.getProperty("tapedeck.jar")),
                folder.resolve(name),
                List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"),
                environment(role, toCatalog, toObjects));
        Node node = new Node(server, new ServerProbe(server.target(), CampaignServer.TOKEN), toCatalog, toObjects);
        nodes.add(node);
        return node;
    }

    private Map<String, String> environment(String role, Relay toCatalog, Relay toObjects) {
        Map<String, String> environment = new HashMap<>();
        environment.put("TAPEDECK_ROLES", role);
        environment.put("TAPEDECK_ACK", "stored");
        environment.put("TAPEDECK_SETTLE_AFTER", "2s");
        environment.put("TAPEDECK_GC_GRACE", "10s");
        environment.put("TAPEDECK_STORE_URL", "s3://" + s3.bucket() + "/campaign");
        environment.put("TAPEDECK_S3_ENDPOINT", "http://127.0.0.1:" + toObjects.port());
        environment.put("TAPEDECK_S3_ACCESS_KEY", s3.accessKey());
        environment.put("TAPEDECK_S3_SECRET_KEY", s3.secretKey());
        environment.put(
                "TAPEDECK_CATALOG_URL",
                "jdbc:" + database.toString().replace(":" + database.getPort(), ":" + toCatalog.port()));
        return environment;
    }
}
