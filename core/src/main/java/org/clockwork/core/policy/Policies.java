package org.clockwork.core.policy;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.clockwork.core.scheduler.Board;
import org.clockwork.core.scheduler.Policy;

/** The policies, by the names that command lines and experiments use. */
public final class Policies {
  public static final String DEFAULT = "default";

  /** Late enough to see nearly all that comes, early enough for the live scheduler's 1 ms timer. */
  private static final long LATE_AHEAD_NANOS = 2_000_000;

  private static final Map<String, Policy.Factory> BY_NAME =
      new TreeMap<>(Map.of(DEFAULT, Policies::byDefault, "infer5", Policies::infer5));

  private Policies() {}

  /**
   * Decides late, prefers the batch that gets most done, refuses at arrival what its own queue
   * makes hopeless.
   */
  private static Policy byDefault(Board board) {
    return new FeedAndLoad(
        new QueueGate(board),
        new Feeding(board, new WorthwhileBatches(), LATE_AHEAD_NANOS),
        new Loading(board));
  }

  /**
   * The published scheduler, without its faults: full batches in the order of their latest begin,
   * fed ahead by a fixed time; a request that can't be served times out.
   */
  private static Policy infer5(Board board) {
    return new FeedAndLoad(
        Gate.OPEN,
        new Feeding(board, new FullBatches(), board.config().scheduleAheadNanos()),
        new Loading(board));
  }

  public static List<String> names() {
    return List.copyOf(BY_NAME.keySet());
  }

  /**
   * The policy of this name, in whatever case.
   *
   * @throws IllegalArgumentException there is none; the message lists those that are
   */
  public static Policy.Factory named(String name) {
    Policy.Factory factory = BY_NAME.get(name.toLowerCase(Locale.ROOT));
    if (factory == null) {
      throw new IllegalArgumentException(
          "no policy is called '" + name + "'; there are " + String.join(", ", names()));
    }
    return factory;
  }
}
