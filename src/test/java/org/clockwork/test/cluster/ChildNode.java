package org.clockwork.test.cluster;

import io.vertx.core.Future;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.clockwork.launcher.cluster.ClusterOptions;
import org.clockwork.launcher.cluster.Leadership;
import org.clockwork.launcher.cluster.Names;
import org.clockwork.launcher.cluster.Node;

/**
 * A node in a process of its own, which a test can kill. Says on standard output what it comes to,
 * and ends when its standard input does.
 */
public final class ChildNode {
  private ChildNode() {}

  /** Takes the cluster, the host, what to do ({@code lead}, {@code claim} or nothing), members. */
  public static void main(String[] args) throws IOException {
    List<String> members = Arrays.asList(args).subList(3, args.length);
    ClusterOptions options =
        ClusterOptions.DEFAULT.named(args[0]).listeningOn(args[1]).joining(members);
    Node.join(options, new VertxOptions().setEventLoopPoolSize(2), System.out::println)
        .compose(node -> act(node, args[2]))
        .onFailure(
            cause -> {
              System.out.println("failed: " + cause);
              Runtime.getRuntime().halt(1);
            });
    while (System.in.read() >= 0) {
      // Until whoever started this has gone.
    }
    Runtime.getRuntime().halt(0);
  }

  private static Future<?> act(Node node, String what) {
    return switch (what) {
      case "lead" ->
          new Leadership(node).awaited().onSuccess(_ -> System.out.println("leads " + node.id()));
      case "claim" ->
          new Names(node)
              .claim("worker", "W0")
              .onSuccess(_ -> System.out.println("has it " + node.id()));
      default -> {
        System.out.println("joined " + node.id());
        yield Future.succeededFuture();
      }
    };
  }
}
