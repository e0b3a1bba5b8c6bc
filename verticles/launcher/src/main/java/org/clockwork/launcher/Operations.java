package org.clockwork.launcher;

import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Consumer;
import org.clockwork.codecs.audit.Audit;
import org.clockwork.controller.ControllerVerticle;
import org.clockwork.core.gateway.RequestWatch;
import org.clockwork.gateway.GatewayVerticle;
import org.clockwork.launcher.cluster.Node;
import org.clockwork.launcher.config.Configuration;
import org.clockwork.launcher.config.OperatorsConfig;
import org.clockwork.launcher.config.UnusableException;
import org.clockwork.launcher.lines.AuditFile;
import org.clockwork.launcher.lines.RequestLog;

/**
 * What operators see of a process beside its lines: spans of requests, a line for each answer, the
 * audit. Belongs to the process; its roles tell it.
 */
final class Operations {
  /** Spans that are lost are told at most so often. */
  private static final long TELL_MILLIS = 10_000;

  private final Node node;
  private final Consumer<String> lines;
  private final Spans spans;
  private final Audit audit;
  private long toldLost;

  private Operations(Node node, Consumer<String> lines, Spans spans, Audit audit) {
    this.node = node;
    this.lines = lines;
    this.spans = spans;
    this.audit = audit;
  }

  /**
   * @throws UnusableException what is configured can't be
   */
  static Operations begin(Configuration configuration, Node node, Consumer<String> lines) {
    OperatorsConfig config = configuration.operators();
    boolean traced = config.tracing().wanted(System.getenv());
    Operations begun =
        new Operations(
            node,
            lines,
            traced ? Spans.begin(config.tracing(), node.id().value()) : new Spans.None(),
            AuditFile.in(configuration.controller().log().directory(), config.audit(), lines));
    if (traced) {
      node.vertx().setPeriodic(TELL_MILLIS, _ -> begun.tellLost());
    }
    return begun;
  }

  private void tellLost() {
    long lost = spans.counts().lost();
    if (lost > toldLost) {
      toldLost = lost;
      lines.accept(
          "%d spans were not taken by their receiver so far; is it there? (tracing in conf/operators.json)"
              .formatted(lost));
    }
  }

  Audit audit() {
    return audit;
  }

  /** To be called before it is deployed. */
  void watch(GatewayVerticle gateway) {
    RequestWatch log = new RequestLog();
    gateway.followedBy(log.andThen(spans.requests())).audited(audit);
  }

  /** To be called before it is deployed. */
  void watch(ControllerVerticle controller) {
    spans.follow(controller);
  }

  /** Writes and sends what is left, once the roles have stopped. */
  Future<Void> end() {
    return node.vertx()
        .executeBlocking(
            () -> {
              spans.close();
              if (audit instanceof AuditFile file) {
                file.close();
              }
              return Optional.empty();
            })
        .mapEmpty();
  }
}
