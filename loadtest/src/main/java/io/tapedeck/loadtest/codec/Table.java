package io.tapedeck.loadtest.codec;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Figures in rows, all with the same columns, as Markdown and as JSON. Not thread-safe. */
public final class Table {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final List<Map<String, Object>> rows = new ArrayList<>();

    /** Begins a row; what is put next is in it. */
    public Table row() {
        rows.add(new LinkedHashMap<>());
        return this;
    }

    /** As it is. */
    public Table put(String column, String text) {
        rows.get(rows.size() - 1).put(column, text);
        return this;
    }

    /** As it is. */
    public Table put(String column, long number) {
        rows.get(rows.size() - 1).put(column, number);
        return this;
    }

    /** Rounded to two decimals. */
    public Table put(String column, double number) {
        rows.get(rows.size() - 1).put(column, Math.round(number * 100) / 100.0);
        return this;
    }

    /** As a table in Markdown. */
    public void print(PrintStream out) {
        out.println("| " + String.join(" | ", rows.get(0).keySet()) + " |");
        out.println("|" + "---|".repeat(rows.get(0).size()));
        for (Map<String, Object> row : rows) {
            out.println("| "
                    + String.join(
                            " | ", row.values().stream().map(Object::toString).toList()) + " |");
        }
    }

    private ArrayNode document() {
        ArrayNode array = JSON.createArrayNode();
        rows.forEach(row -> array.addPOJO(row));
        return array;
    }

    /** Writes tables by their names, with the facts of the machine. */
    public static void write(Path file, Map<String, Table> tables) throws IOException {
        ObjectNode document = JSON.createObjectNode();
        document.put("java", System.getProperty("java.runtime.version"));
        document.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        document.put("processors", Runtime.getRuntime().availableProcessors());
        document.put("heapBytesMax", Runtime.getRuntime().maxMemory());
        tables.forEach((name, table) -> document.set(name, table.document()));
        JSON.writeValue(file.toFile(), document);
    }
}
