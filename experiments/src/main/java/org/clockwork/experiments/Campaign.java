package org.clockwork.experiments;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.clockwork.core.policy.Policies;
import org.clockwork.core.scheduler.Policy;

/**
 * What is to be run: experiments, under policies, with seeds. Its trials need nothing of each other
 * and run side by side; what comes of them depends on neither their order nor their number.
 */
public final class Campaign {
  private final List<Part> parts = new ArrayList<>();
  private final List<Job> jobs = new ArrayList<>();

  /** One experiment under one policy with one seed. */
  private record Part(Experiment experiment, long seed, String policy) {}

  private record Job(Part part, Cell cell, Policy.Factory policy) {
    private List<Row> run() {
      Figures figures = Trial.run(cell.setting().apply(part.seed()), policy, part.seed());
      return part.experiment().rows(cell, figures).stream().map(this::row).toList();
    }

    private Row row(SequencedMap<String, Value> values) {
      SequencedMap<String, Value> all = new LinkedHashMap<>();
      all.put(Row.POLICY, Value.of(part.policy()));
      all.putAll(values);
      return new Row(all);
    }
  }

  /**
   * @param policies by name, see {@link Policies}
   * @param only points that are left out if they have one of these parameters with another value
   */
  public Campaign(
      List<Experiment> experiments,
      List<String> policies,
      List<Long> seeds,
      Extent extent,
      Selection only) {
    for (Experiment experiment : experiments) {
      List<Cell> cells = experiment.cells(extent).stream().filter(only::takes).toList();
      for (long seed : seeds) {
        for (String policy : policies) {
          Part part = new Part(experiment, seed, policy);
          parts.add(part);
          cells.forEach(cell -> jobs.add(new Job(part, cell, Policies.named(policy))));
        }
      }
    }
  }

  /** How many trials there are. */
  public int trials() {
    return jobs.size();
  }

  /** Told how many trials are through, by the thread that runs the campaign. */
  @FunctionalInterface
  public interface Listener {
    void through(int trials);
  }

  /**
   * Runs all of them.
   *
   * @param threads so many at a time
   * @return experiment by experiment and seed by seed, as they were given
   */
  public List<Result> run(int threads, Listener listener) throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<List<Row>>> futures = new ArrayList<>();
      for (Job job : jobs) {
        futures.add(pool.submit(job::run));
      }
      SequencedMap<Part, List<Row>> rows = new LinkedHashMap<>();
      parts.forEach(part -> rows.put(part, new ArrayList<>()));
      for (int i = 0; i < futures.size(); i++) {
        rows.get(jobs.get(i).part()).addAll(ended(jobs.get(i), futures.get(i)));
        listener.through(i + 1);
      }
      return results(rows);
    } finally {
      pool.shutdownNow();
    }
  }

  private static List<Row> ended(Job job, Future<List<Row>> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "%s broke under policy %s with seed %d at %s"
              .formatted(
                  job.part().experiment().name(),
                  job.part().policy(),
                  job.part().seed(),
                  job.cell().parameters()),
          e.getCause());
    }
  }

  /** Parts of the same experiment and seed follow each other, one for each policy. */
  private static List<Result> results(SequencedMap<Part, List<Row>> rows) {
    List<Result> results = new ArrayList<>();
    rows.forEach(
        (part, own) -> {
          List<Row> all = new ArrayList<>();
          if (!results.isEmpty()
              && results.getLast().experiment().equals(part.experiment())
              && results.getLast().seed() == part.seed()) {
            all.addAll(results.removeLast().rows());
          }
          all.addAll(own);
          results.add(new Result(part.experiment(), part.seed(), all));
        });
    return results;
  }
}
