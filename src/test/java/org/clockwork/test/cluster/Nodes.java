package org.clockwork.test.cluster;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.vertx.core.Future;
import io.vertx.core.VertxOptions;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import org.clockwork.launcher.cluster.ClusterOptions;
import org.clockwork.launcher.cluster.Node;

/** Several nodes in this JVM, of clusters that no other run of the tests has. */
final class Nodes {
  private static final long LONGEST_SECONDS = 120;

  private final String cluster = "test-" + UUID.randomUUID();
  private final ConcurrentLinkedDeque<Node> nodes = new ConcurrentLinkedDeque<>();
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Map<String, CompletableFuture<String>> awaited = new ConcurrentHashMap<>();

  ClusterOptions options() {
    return ClusterOptions.DEFAULT.named(cluster);
  }

  ClusterOptions optionsOfAnotherCluster() {
    return ClusterOptions.DEFAULT.named(cluster + "-other");
  }

  Node join() throws Exception {
    return join(options());
  }

  Node join(ClusterOptions options) throws Exception {
    return await(joining(options));
  }

  Future<Node> joining(ClusterOptions options) {
    return Node.join(options, new VertxOptions().setEventLoopPoolSize(2), this::told)
        .onSuccess(nodes::push);
  }

  /** What all nodes had to say. */
  List<String> lines() {
    return lines;
  }

  /** Completes when some node says a line that begins so, or has said one. */
  CompletableFuture<String> line(String beginning) {
    CompletableFuture<String> line =
        awaited.computeIfAbsent(beginning, _ -> new CompletableFuture<>());
    lines.forEach(this::look);
    return line;
  }

  private void told(String line) {
    lines.add(line);
    look(line);
  }

  private void look(String line) {
    awaited.forEach(
        (beginning, future) -> {
          if (line.startsWith(beginning)) {
            future.complete(line);
          }
        });
  }

  /** Returns when that node knows so many members. */
  static void awaitMembers(Node node, int count) throws Exception {
    CompletableFuture<Void> reached = new CompletableFuture<>();
    Runnable look =
        () -> {
          if (node.members().size() == count) {
            reached.complete(null);
          }
        };
    node.onMemberJoined(_ -> look.run());
    node.onMemberLeft(_ -> look.run());
    look.run();
    reached.get(LONGEST_SECONDS, SECONDS);
  }

  static <T> T await(Future<T> future) throws Exception {
    return await(future.toCompletionStage().toCompletableFuture());
  }

  static <T> T await(CompletableFuture<T> future) throws Exception {
    return future.get(LONGEST_SECONDS, SECONDS);
  }

  void leave() throws Exception {
    for (Node node : nodes) {
      await(node.leave());
    }
  }
}
