package org.clockwork.launcher;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.clockwork.codecs.Addresses;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.launcher.cluster.Node;
import org.clockwork.launcher.config.UnusableException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code clockwork reload}: has every process of the cluster read its configuration again. */
@Command(
    name = "reload",
    description = {
      "Has every process of the cluster read its configuration again, and tells what changes at",
      "once and what waits for a restart."
    },
    footer = {
      "",
      "Each process reads its own files. Where one of them is wrong, that process changes nothing,",
      "its mistakes are told with file and line, and the exit code is 2."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ReloadCommand implements Callable<Integer> {
  private static final int TAKEN = 0;
  private static final int WRONG = 2;

  /** Reading takes milliseconds; a process that hangs is told as such. */
  private static final DeliveryOptions PATIENCE = new DeliveryOptions().setSendTimeout(10_000);

  @Mixin private MemberOptions member;

  @Mixin private JsonResult json;

  private final Interruption interruption;

  ReloadCommand(Interruption interruption) {
    this.interruption = interruption;
  }

  @Override
  public Integer call() throws Exception {
    json.check();
    List<JsonObject> replies =
        member
            .run(interruption, (node, _) -> new Asking(node))
            .map(asked -> asked.replies)
            .orElse(List.of());
    if (replies.isEmpty()) {
      throw new UnusableException(
          "reload: no process of this cluster takes settings while it runs; is it another one"
              + " (--cluster)?");
    }
    return tell(replies);
  }

  private int tell(List<JsonObject> replies) {
    json.write(new JsonObject().put("processes", new JsonArray(replies)));
    boolean wrong = false;
    for (JsonObject reply : replies) {
      String process = reply.getString("process");
      for (Object problem : reply.getJsonArray("problems", new JsonArray())) {
        wrong = true;
        json.people().println(process + " changes nothing: " + problem);
      }
      for (Object change : reply.getJsonArray("changed", new JsonArray())) {
        json.people().println(process + " changed " + change);
      }
      for (Object change : reply.getJsonArray("restart", new JsonArray())) {
        json.people().println(process + " needs a restart for " + change);
      }
      if (reply.getJsonArray("changed", new JsonArray()).isEmpty()
          && reply.getJsonArray("restart", new JsonArray()).isEmpty()
          && !reply.containsKey("problems")) {
        json.people().println(process + " read its configuration again; nothing has changed");
      }
    }
    json.people().flush();
    return wrong ? WRONG : TAKEN;
  }

  /** Asks every other process once, and is done. */
  private static final class Asking implements Role {
    private final Node node;
    private final List<JsonObject> replies = new ArrayList<>();

    Asking(Node node) {
      this.node = node;
    }

    @Override
    public Future<Void> start() {
      List<Future<JsonObject>> asked =
          node.members().stream()
              .sorted(Comparator.comparing(NodeId::value))
              .map(this::ask)
              .toList();
      return Future.join(asked)
          .otherwiseEmpty()
          .onSuccess(
              _ ->
                  asked.stream()
                      .filter(Future::succeeded)
                      .forEach(reply -> replies.add(reply.result())))
          .mapEmpty();
    }

    /** Whoever does not listen there has no settings that could change. */
    private Future<JsonObject> ask(NodeId member) {
      return node.vertx()
          .eventBus()
          .<JsonObject>request(
              Addresses.reload(member), new JsonObject().put("from", node.address()), PATIENCE)
          .map(Message::body);
    }

    @Override
    public Future<Void> ended() {
      return Future.succeededFuture();
    }

    @Override
    public Future<Void> stop() {
      return Future.succeededFuture();
    }
  }
}
