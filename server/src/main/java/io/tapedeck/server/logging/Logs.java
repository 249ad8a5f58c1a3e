package io.tapedeck.server.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import io.tapedeck.server.config.Configuration;
import io.tapedeck.server.config.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log of this process, of which there is one: settings that concern it take effect here. */
public final class Logs {
    private static final String ACCESS = "io.tapedeck.access";
    private static final Logger LOG = LoggerFactory.getLogger(Logs.class);

    private Logs() {}

    /** Makes the log as the settings say. Repeating it changes nothing. */
    public static void configure(Configuration configuration) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        if (configuration.get(Settings.ACCESS_LOG)) {
            context.getLogger(ACCESS).setLevel(Level.DEBUG);
        }
        if (configuration.get(Settings.LOG_FORMAT).equals("json")) {
            writeJson(context);
        }
    }

    /** What ends a thread is a log line like any other, not a text of the JVM's own. */
    public static void catchWhatNobodyCaught() {
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, e) -> LOG.error("the thread {} ended with a defect", thread.getName(), e));
    }

    /** From now on each JSON line says which node it comes from. */
    public static void nameNode(String node) {
        ((LoggerContext) LoggerFactory.getILoggerFactory()).putProperty(JsonLines.NODE, node);
    }

    private static void writeJson(LoggerContext context) {
        // The appender is of this type by ConsoleLog.
        @SuppressWarnings("unchecked")
        OutputStreamAppender<ILoggingEvent> console = (OutputStreamAppender<ILoggingEvent>)
                context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender(ConsoleLog.APPENDER);
        if (console.getEncoder() instanceof JsonLines) {
            return;
        }
        JsonLines lines = new JsonLines();
        lines.setContext(context);
        lines.start();
        console.stop();
        console.setEncoder(lines);
        console.start();
    }
}
