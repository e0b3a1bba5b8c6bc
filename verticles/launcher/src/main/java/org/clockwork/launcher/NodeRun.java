package org.clockwork.launcher;

import io.vertx.core.Future;
import io.vertx.core.VertxOptions;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.clockwork.launcher.cluster.ClusterOptions;
import org.clockwork.launcher.cluster.Node;

/**
 * One process of the cluster: joins, does its role until that is over or the user has had enough,
 * drains and leaves.
 */
final class NodeRun {
  private final ClusterOptions options;
  private final Interruption interruption;
  private final OperatorLines lines;
  private final VertxOptions vertxOptions;

  /**
   * @param writer gets what role and cluster have to say, line by line, and may block
   */
  NodeRun(ClusterOptions options, Interruption interruption, Consumer<String> writer) {
    this(options, RoleLoops.options(), interruption, writer);
  }

  NodeRun(
      ClusterOptions options,
      VertxOptions vertxOptions,
      Interruption interruption,
      Consumer<String> writer) {
    this.vertxOptions = vertxOptions;
    this.options = options;
    this.interruption = interruption;
    this.lines = new OperatorLines(writer);
  }

  /** Makes the role on the node that has joined. */
  interface Making<R extends Role> extends BiFunction<Node, Consumer<String>, R> {}

  /**
   * Blocks until it is over.
   *
   * @return the role, stopped; empty where the user had enough before it was made
   */
  <R extends Role> Optional<R> run(Making<R> making) throws Exception {
    Future<Node> joining = Node.join(options, vertxOptions, lines);
    try {
      Optional<Node> joined = interruption.await(joining);
      if (joined.isEmpty()) {
        return Optional.empty();
      }
      R role = making.apply(joined.get(), lines);
      try {
        // Interrupted, or started: in both cases what follows is right.
        interruption.await(role.start());
        interruption.await(role.ended());
      } finally {
        await(role.stop());
      }
      return Optional.of(role);
    } finally {
      await(joining.compose(Node::leave).otherwiseEmpty());
      await(lines.written());
      lines.close();
    }
  }

  private static void await(Future<Void> future) throws InterruptedException, ExecutionException {
    future.toCompletionStage().toCompletableFuture().get();
  }
}
