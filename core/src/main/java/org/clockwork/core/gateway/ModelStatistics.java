package org.clockwork.core.gateway;

import java.util.List;

/**
 * What a gateway has counted of one model since it heard of it.
 *
 * @param cancelled by their clients; part of no other count
 * @param rows of the requests that succeeded
 * @param executions their share in the batches that they ran in, to the nearest whole one: who was
 *     in a batch with others is not told by whom
 * @param batches by compiled size, the smallest first
 */
public record ModelStatistics(
    Spent succeeded,
    Spent unanswered,
    long cancelled,
    long rows,
    long executions,
    Spent queue,
    Spent input,
    Spent exec,
    Spent output,
    List<Batch> batches) {
  public static final ModelStatistics NONE =
      new ModelStatistics(
          Spent.NONE,
          Spent.NONE,
          0,
          0,
          0,
          Spent.NONE,
          Spent.NONE,
          Spent.NONE,
          Spent.NONE,
          List.of());

  public ModelStatistics {
    batches = List.copyOf(batches);
  }

  /** How often, and how long all together. */
  public record Spent(long count, long nanos) {
    public static final Spent NONE = new Spent(0, 0);

    Spent and(long more) {
      return new Spent(count + 1, nanos + more);
    }
  }

  /** Requests that ran in batches of this size. */
  public record Batch(int size, Spent input, Spent exec, Spent output) {
    static Batch of(int size) {
      return new Batch(size, Spent.NONE, Spent.NONE, Spent.NONE);
    }

    Batch and(Answer.Succeeded success) {
      return new Batch(
          size,
          input.and(success.inputNanos()),
          exec.and(success.execNanos()),
          output.and(success.outputNanos()));
    }
  }
}
