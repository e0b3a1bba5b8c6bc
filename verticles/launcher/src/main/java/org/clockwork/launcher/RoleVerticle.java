package org.clockwork.launcher;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.function.Consumer;
import org.clockwork.codecs.json.Json;
import org.clockwork.codecs.json.JsonException;
import org.clockwork.launcher.cluster.Node;
import org.clockwork.launcher.config.Configuration;
import org.clockwork.launcher.config.ConfigurationException;
import org.clockwork.launcher.config.ConfigurationReader;

/**
 * A role as a verticle that anything can deploy by its class name, on a Vert.x that Hazelcast
 * clusters. Its config is the JSON of the role's file in {@code conf}; the keys about the cluster
 * count only where {@code clockwork run} makes the Vert.x. Deployed means that the role can do its
 * work; a controller that stands by is deployed once it leads.
 */
public abstract class RoleVerticle extends VerticleBase {
  private final RoleKind kind;
  private final Promise<Void> ended = Promise.promise();
  private Optional<Node> given = Optional.empty();
  private Consumer<String> lines = _ -> {};
  private Optional<OperatorLines> own = Optional.empty();
  // Made on the thread that starts it, stopped on another.
  private volatile Optional<Role> role = Optional.empty();

  RoleVerticle(RoleKind kind) {
    this.kind = kind;
  }

  /** On a node that has joined already. */
  RoleVerticle on(Node node, Consumer<String> operator) {
    given = Optional.of(node);
    lines = operator;
    return this;
  }

  @Override
  public Future<?> start() {
    if (given.isEmpty()) {
      OperatorLines made = new OperatorLines(System.out::println);
      own = Optional.of(made);
      lines = made;
    }
    Promise<Void> started = Promise.promise();
    // On a thread of its own: reading a repository takes time, and what is deployed from a
    // verticle's context goes down with it, all at once, where a role has its order.
    Thread.ofVirtual().name("start-" + kind.word()).start(() -> begin(started));
    return started.future();
  }

  private void begin(Promise<Void> started) {
    try {
      Node node = given.isPresent() ? given.get() : Node.of(vertx, lines);
      Role made = role(config(), node, lines);
      role = Optional.of(made);
      made.ended().onComplete(ended);
      made.start().onComplete(started);
    } catch (ConfigurationException | JsonException | RuntimeException e) {
      started.fail(e);
    }
  }

  /** The role that this config wants. */
  Role role(JsonObject config, Node node, Consumer<String> operator)
      throws ConfigurationException, JsonException {
    return kind.role(configuration(config), node, operator);
  }

  /** What it says, with the defaults for what it leaves out. */
  final Configuration configuration(JsonObject config)
      throws ConfigurationException, JsonException {
    String name = kind.word() + "'s config";
    return ConfigurationReader.readRole(
        kind.file(), name, Json.parse(name, config.encodePrettily()), System.getenv());
  }

  /** Drains the role; also where it was never through with starting. */
  @Override
  public Future<?> stop() {
    return role.map(Role::stop)
        .orElseGet(Future::succeededFuture)
        .onComplete(_ -> own.ifPresent(OperatorLines::close));
  }

  /** As {@link Role#ended}. */
  Future<Void> ended() {
    return ended.future();
  }
}
