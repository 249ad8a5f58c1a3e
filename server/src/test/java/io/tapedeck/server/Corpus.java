package io.tapedeck.server;

import java.util.List;

/** The recordings of real pages that tests play. */
final class Corpus {
    static final List<String> NAMES = List.of(
            "adminlte-1",
            "antd-1",
            "cal-1",
            "chat-1",
            "docs-1",
            "fleet-1",
            "gentelella-1",
            "ide-2",
            "logs-2",
            "material-2",
            "nodered-1",
            "openmct-1",
            "ops-2",
            "radmin-1",
            "sbadmin-1",
            "shop-1",
            "swagger-1",
            "todo-1");

    private Corpus() {}
}
