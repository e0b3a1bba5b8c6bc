package org.clockwork.core.gateway;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.clockwork.core.gateway.ModelStatistics.Batch;
import org.clockwork.core.gateway.ModelStatistics.Spent;

/**
 * Counts how requests ended, for each model by itself. Holds as many models as are served: what is
 * withdrawn is forgotten, and what nobody serves is never counted.
 */
final class ModelTallies {
  private final Map<String, Model> byName = new HashMap<>();

  private static final class Model {
    private final Map<Integer, Batch> batches = new TreeMap<>();
    private Spent succeeded = Spent.NONE;
    private Spent unanswered = Spent.NONE;
    private Spent queue = Spent.NONE;
    private Spent input = Spent.NONE;
    private Spent exec = Spent.NONE;
    private Spent output = Spent.NONE;
    private long cancelled;
    private long rows;
    private double executions;

    void count(Answer.Succeeded success) {
      succeeded = succeeded.and(success.latencyNanos());
      queue = queue.and(success.queuedNanos());
      input = input.and(success.inputNanos());
      exec = exec.and(success.execNanos());
      output = output.and(success.outputNanos());
      rows += success.tensors().rows();
      executions += (double) success.tensors().rows() / success.batch();
      batches.merge(
          success.batch(),
          Batch.of(success.batch()).and(success),
          (before, _) -> before.and(success));
    }

    ModelStatistics read() {
      return new ModelStatistics(
          succeeded,
          unanswered,
          cancelled,
          rows,
          Math.round(Math.ceil(executions)),
          queue,
          input,
          exec,
          output,
          List.copyOf(batches.values()));
    }
  }

  /** A request for that model, which is served, was answered. */
  void answered(String name, Answer answer) {
    Model model = byName.computeIfAbsent(name, _ -> new Model());
    if (answer instanceof Answer.Succeeded success) {
      model.count(success);
    } else {
      model.unanswered = model.unanswered.and(answer.latencyNanos());
    }
  }

  void cancelled(String name) {
    byName.computeIfAbsent(name, _ -> new Model()).cancelled++;
  }

  void forget(String name) {
    byName.remove(name);
  }

  ModelStatistics read(String name) {
    Model model = byName.get(name);
    return model == null ? ModelStatistics.NONE : model.read();
  }
}
