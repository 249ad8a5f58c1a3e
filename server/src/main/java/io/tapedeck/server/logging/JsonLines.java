package io.tapedeck.server.logging;

import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.JsonEscapeUtil;
import java.util.List;
import org.slf4j.event.KeyValuePair;

/**
 * Log events as JSON objects, one a line: {@code timestamp} (epoch ms), {@code level}, {@code threadName}, {@code
 * loggerName}, {@code throwable}, {@code message}, {@code node}, and what the event says of itself by name, such as {@code
 * requestId}, each a string. Used by one appender.
 */
final class JsonLines extends JsonEncoder {
    static final String NODE = "node";

    JsonLines() {
        setWithSequenceNumber(false);
        setWithNanoseconds(false);
        setWithContext(false);
        setWithMDC(false);
        setWithKVPList(false);
        setWithArguments(false);
        setWithMessage(false);
        setWithFormattedMessage(false);
        setWithThrowable(false);
    }

    @Override
    protected void appendCustomFields(StringBuilder line, ILoggingEvent event) {
        append(line, "message", event.getFormattedMessage());
        String node = event.getLoggerContextVO().getPropertyMap().get(NODE);
        if (node != null) {
            append(line, NODE, node);
        }
        if (event.getThrowableProxy() != null) {
            appendThrowableProxy(line, THROWABLE_ATTR_NAME, event.getThrowableProxy());
        }
        List<KeyValuePair> named = event.getKeyValuePairs();
        if (named != null) {
            named.forEach(one -> append(line, one.key, String.valueOf(one.value)));
        }
    }

    private void append(StringBuilder line, String name, String value) {
        line.append(VALUE_SEPARATOR);
        appenderMember(line, name, JsonEscapeUtil.jsonEscapeString(String.valueOf(value)));
    }
}
