package org.clockwork.launcher;

import io.vertx.core.Future;
import org.clockwork.launcher.config.Configuration;

/** What a process does in the cluster: its verticles on a node, from start to stop. */
interface Role {

  /** Completes when the role can do its work; fails where it can't. */
  Future<Void> start();

  /** Completes when its work is done, which most roles' never is; fails where the role broke. */
  Future<Void> ended();

  /**
   * Takes what can change while it runs, and leaves the rest; on any thread, whether or not it was
   * started yet.
   */
  default void configure(Configuration configuration) {}

  /** Drains and undeploys; also where it was not started yet. */
  Future<Void> stop();
}
