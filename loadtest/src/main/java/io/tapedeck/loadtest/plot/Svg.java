package io.tapedeck.loadtest.plot;

import java.awt.Dimension;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.apache.batik.svggen.SVGGraphics2D;
import org.knowm.xchart.internal.chartpart.Chart;
import org.w3c.dom.Document;

/** Charts as SVG files. */
final class Svg {
    private Svg() {}

    /** Draws a chart in its own size. */
    static void write(Chart<?, ?> chart, Path file) throws IOException {
        SVGGraphics2D graphics = new SVGGraphics2D(emptyDocument());
        chart.paint(graphics, chart.getWidth(), chart.getHeight());
        graphics.setSVGCanvasSize(new Dimension(chart.getWidth(), chart.getHeight()));
        try (Writer out = Files.newBufferedWriter(file)) {
            // Not by Batik's own writer, whose document type makes readers fetch it from elsewhere.
            TransformerFactory.newInstance()
                    .newTransformer()
                    .transform(new DOMSource(graphics.getRoot()), new StreamResult(out));
        } catch (TransformerException e) {
            throw new IOException(e);
        }
    }

    private static Document emptyDocument() {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .getDOMImplementation()
                    .createDocument("http://www.w3.org/2000/svg", "svg", null);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException(e);
        }
    }
}
