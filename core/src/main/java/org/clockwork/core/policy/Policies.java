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

  /** Nothing is executed: the controller answers in the place of the workers ({@code Echo}). */
  public static final String ECHO = "echo";

  /** Workers are kept busy without any client; whoever starts the controller sees to the load. */
  public static final String STRESS = "stress";

  private static final Map<String, Policy.Factory> BY_NAME =
      new TreeMap<>(
          Map.of(
              DEFAULT,
              Policies::byDefault,
              "infer5",
              Policies::infer5,
              "flex",
              Policies::flex,
              "nexus",
              Policies::nexus,
              "frontrun",
              Policies::frontrun,
              "direct",
              Policies::direct,
              ECHO,
              Policies::direct,
              STRESS,
              Policies::stress));

  private Policies() {}

  /** Decides late, lets no GPU idle, says at once whom it can't serve. */
  private static Policy byDefault(Board board) {
    return new LateDecisions(board);
  }

  /**
   * The published scheduler, without its faults: full batches in the order of their latest begin,
   * fed ahead by a fixed time; a request that can't be served times out.
   */
  private static Policy infer5(Board board) {
    return new FeedAndLoad(
        request -> Leeway.tried(board.config().sloBufferNanos(), request.sloNanos()),
        new Feeding(board, new FullBatches(), Leeway.fixed(board.config().scheduleAheadNanos())),
        new Loading(board, Leeway.fixed(board.config().loadHorizonNanos())));
  }

  /** SHEPHERD's, without preemption: the largest batch that would be in time. */
  private static Policy flex(Board board) {
    return withLoading(board, justInTime(board, new LargestBatches(board)));
  }

  /** Nexus's: models take turns, and who would keep a batch small is dropped. */
  private static Policy nexus(Board board) {
    return withLoading(board, justInTime(board, new EarlyDropBatches(board)));
  }

  /** Symphony's: a batch waits for as long as it may grow. */
  private static Policy frontrun(Board board) {
    DeferredBatches batches = new DeferredBatches(board);
    Feeding feeding = justInTime(board, batches);
    batches.tells(feeding::offer);
    return withLoading(board, feeding);
  }

  /**
   * Sends what reaches a GPU when it frees, so that nothing has to wait there: those systems give a
   * GPU its next batch when it is free, or take back what has not begun, which nobody can here.
   */
  private static Feeding justInTime(Board board, Batching batching) {
    return new Feeding(board, batching, Leeway.measuredAhead(board));
  }

  private static Policy withLoading(Board board, Feeding feeding) {
    return new FeedAndLoad(
        request -> Leeway.tried(board.delays().marginNanos(), request.sloNanos()),
        feeding,
        new Loading(board, Leeway.measuredAhead(board)));
  }

  /** For tests of everything but scheduling: each request at once to the one GPU of its model. */
  private static Policy direct(Board board) {
    return new Direct(board, Placing.Spread.ONE_GPU, _ -> true);
  }

  /** For tests of workers: every model on every GPU, coming and going all the time. */
  private static Policy stress(Board board) {
    return new Turnover(board);
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
