package org.clockwork.launcher;

import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.clockwork.launcher.cluster.Node;
import org.clockwork.launcher.config.Configuration;

/** A role with what its operators see of it: that is there before it, and goes after it. */
final class AttendedRole implements Role {
  private final Operations operations;
  private final Role role;
  private final Optional<Reload> reload;

  private AttendedRole(Operations operations, Role role, Optional<Reload> reload) {
    this.operations = operations;
    this.role = role;
    this.reload = reload;
  }

  /**
   * One that takes other settings while it runs.
   *
   * @param source where they come from
   * @param making makes the role
   */
  static AttendedRole of(
      ConfSource source,
      Configuration configuration,
      Node node,
      Consumer<String> lines,
      Function<Operations, Role> making) {
    Operations operations = Operations.begin(configuration, node, lines);
    Role role = making.apply(operations);
    Reload reload = new Reload(source, role, operations.audit(), node, lines);
    return new AttendedRole(operations, role, Optional.of(reload));
  }

  /** One that was given its settings, and keeps them. */
  static AttendedRole of(
      Configuration configuration,
      Node node,
      Consumer<String> lines,
      Function<Operations, Role> making) {
    Operations operations = Operations.begin(configuration, node, lines);
    return new AttendedRole(operations, making.apply(operations), Optional.empty());
  }

  @Override
  public Future<Void> start() {
    return reload
        .map(Reload::listening)
        .orElseGet(Future::succeededFuture)
        .compose(_ -> role.start());
  }

  @Override
  public Future<Void> ended() {
    return role.ended();
  }

  @Override
  public Future<Void> stop() {
    return role.stop().eventually(operations::end);
  }
}
