package org.clockwork.test.tracing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/** Takes spans as a collector does: OTLP over HTTP, in protobuf. */
public final class SpanReceiver implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 30;

  private final HttpServer server;
  private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
  private volatile int status = 200;

  /** A span with its ids as W3C writes them. */
  public record Received(Span span, String service) {
    public String name() {
      return span.getName();
    }

    public String trace() {
      return HexFormat.of().formatHex(span.getTraceId().toByteArray());
    }

    public String id() {
      return HexFormat.of().formatHex(span.getSpanId().toByteArray());
    }

    public String parent() {
      return HexFormat.of().formatHex(span.getParentSpanId().toByteArray());
    }

    public Map<String, String> attributes() {
      return SpanReceiver.attributes(span.getAttributesList());
    }
  }

  public SpanReceiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/traces", this::take);
    server.start();
  }

  public String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** From now on with that status; what is refused is not kept. */
  public void answer(int code) {
    status = code;
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange;
        InputStream body = body(exchange)) {
      ExportTraceServiceRequest request = ExportTraceServiceRequest.parseFrom(body);
      byte[] reply = ExportTraceServiceResponse.getDefaultInstance().toByteArray();
      exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(status, reply.length == 0 ? -1 : reply.length);
      if (status != 200) {
        return;
      }
      request
          .getResourceSpansList()
          .forEach(
              resource ->
                  resource
                      .getScopeSpansList()
                      .forEach(
                          scope ->
                              scope
                                  .getSpansList()
                                  .forEach(
                                      span ->
                                          received.add(
                                              new Received(
                                                  span,
                                                  attributes(
                                                          resource
                                                              .getResource()
                                                              .getAttributesList())
                                                      .get("service.name"))))));
    }
  }

  private static InputStream body(HttpExchange exchange) throws IOException {
    String encoding = exchange.getRequestHeaders().getFirst("Content-Encoding");
    InputStream body = exchange.getRequestBody();
    return "gzip".equals(encoding) ? new GZIPInputStream(body) : body;
  }

  private static Map<String, String> attributes(List<KeyValue> attributes) {
    return attributes.stream()
        .collect(
            Collectors.toMap(
                KeyValue::getKey,
                each ->
                    switch (each.getValue().getValueCase()) {
                      case INT_VALUE -> Long.toString(each.getValue().getIntValue());
                      case BOOL_VALUE -> Boolean.toString(each.getValue().getBoolValue());
                      default -> each.getValue().getStringValue();
                    }));
  }

  /** The next one; fails where none comes. */
  public Received next() throws InterruptedException {
    Received next = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no span came within " + PATIENCE_SECONDS + " s");
    }
    return next;
  }

  /** What has come and was not asked for. */
  public int left() {
    return received.size();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
