package org.clockwork.launcher;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.clockwork.codecs.Addresses;
import org.clockwork.codecs.audit.Audit;
import org.clockwork.codecs.audit.AuditEntry;
import org.clockwork.codecs.audit.Caller;
import org.clockwork.codecs.audit.Deed;
import org.clockwork.launcher.cluster.Node;
import org.clockwork.launcher.config.ConfFiles;
import org.clockwork.launcher.config.ConfFiles.Change;
import org.clockwork.launcher.config.Configuration;
import org.clockwork.launcher.config.ConfigurationException;
import org.clockwork.launcher.config.UnusableException;

/**
 * Reads a process's configuration again when {@code clockwork reload} asks it to. What can change
 * while it runs does; what can't is told by name; where anything is wrong in any file, nothing
 * changes.
 */
final class Reload {
  /** What changes at once, by file and key; below a key everything does. */
  private static final List<String> AT_ONCE =
      List.of(
          "gateway.json defaultSloMillis",
          "gateway.json maxSloMillis",
          "gateway.json inlineBytes",
          "gateway.json maxOutstanding",
          "gateway.json maxHeldBytes",
          "controller.json scheduler.tenantWeights",
          "controller.json scheduler.maxTenants");

  private final ConfSource source;
  private final Role role;
  private final Audit audit;
  private final Node node;
  private final Consumer<String> lines;
  private ConfFiles now;

  Reload(ConfSource source, Role role, Audit audit, Node node, Consumer<String> lines) {
    this.source = source;
    this.role = role;
    this.audit = audit;
    this.node = node;
    this.lines = lines;
    this.now = ConfFiles.read(source.folder(), source.files());
  }

  Future<Void> listening() {
    return node.vertx()
        .eventBus()
        .<JsonObject>consumer(Addresses.reload(node.id()), this::on)
        .completion();
  }

  private void on(Message<JsonObject> message) {
    // One after the other, in the order in which they were asked for.
    Caller caller =
        new Caller("bus", Optional.ofNullable(message.body().getString("from")), Optional.empty());
    node.vertx()
        .executeBlocking(() -> reread(caller))
        .otherwise(broken -> refused(caller, "reading it broke: " + broken))
        .onSuccess(message::reply);
  }

  private JsonObject reread(Caller caller) {
    ConfFiles later = ConfFiles.read(source.folder(), source.files());
    List<Change> changes = now.changes(later);
    try {
      Configuration configuration = source.reading().read();
      Logging.reread(configuration.operators().logFormat());
      role.configure(configuration);
    } catch (ConfigurationException | UnusableException wrong) {
      return refused(caller, wrong.getMessage());
    }
    now = later;
    return taken(caller, changes);
  }

  private JsonObject refused(Caller caller, String problems) {
    lines.accept("The configuration is not taken, everything stays as it is:");
    problems.lines().forEach(lines);
    audit.tell(AuditEntry.failed(caller, Deed.CONFIGURE, source.folder().toString(), problems));
    return reply().put("problems", new JsonArray(problems.lines().toList()));
  }

  private JsonObject taken(Caller caller, List<Change> changes) {
    Map<Boolean, List<String>> byWhen =
        changes.stream()
            .collect(
                Collectors.partitioningBy(
                    Reload::atOnce, Collectors.mapping(Change::toString, Collectors.toList())));
    List<String> changed = byWhen.get(true);
    List<String> waiting = byWhen.get(false);
    lines.accept(
        changed.isEmpty()
            ? "The configuration was read again; nothing of it changes while this runs"
            : "The configuration was read again: " + String.join(", ", changed));
    if (!waiting.isEmpty()) {
      lines.accept("Not before a restart: " + String.join(", ", waiting));
    }
    if (!changes.isEmpty()) {
      audit.tell(
          AuditEntry.done(
              caller,
              Deed.CONFIGURE,
              Stream.concat(
                      changed.stream(), waiting.stream().map(each -> each + " (after a restart)"))
                  .collect(Collectors.joining(", "))));
    }
    return reply().put("changed", new JsonArray(changed)).put("restart", new JsonArray(waiting));
  }

  private static boolean atOnce(Change change) {
    return AT_ONCE.stream()
        .anyMatch(key -> change.name().equals(key) || change.name().startsWith(key + "."));
  }

  private JsonObject reply() {
    return new JsonObject().put("process", node.address());
  }
}
