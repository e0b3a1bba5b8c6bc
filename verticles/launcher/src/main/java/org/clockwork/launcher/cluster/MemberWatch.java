package org.clockwork.launcher.cluster;

import io.vertx.core.Context;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.clockwork.core.cluster.NodeId;

/**
 * Tells one listener who joins and who leaves, on that listener's context: whenever something has
 * changed, members are compared with those known before. So nobody is told twice, and nobody is
 * forgotten where the cluster tells of a change in another way, as after a split.
 */
final class MemberWatch {
  private final Context context;
  private final Supplier<Set<NodeId>> members;
  private final Consumer<NodeId> joined;
  private final Consumer<NodeId> left;
  private Set<NodeId> known;

  MemberWatch(
      Context context,
      Supplier<Set<NodeId>> members,
      Consumer<NodeId> joined,
      Consumer<NodeId> left) {
    this.context = context;
    this.members = members;
    this.joined = joined;
    this.left = left;
    this.known = members.get();
  }

  /** Called from any thread. */
  void changed() {
    context.runOnContext(_ -> compare());
  }

  private void compare() {
    Set<NodeId> before = known;
    known = members.get();
    without(before, known).forEach(left);
    without(known, before).forEach(joined);
  }

  private static Set<NodeId> without(Set<NodeId> some, Set<NodeId> others) {
    Set<NodeId> rest = new HashSet<>(some);
    rest.removeAll(others);
    return rest;
  }
}
