package org.clockwork.experiments;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.function.DoubleConsumer;
import java.util.stream.IntStream;
import org.clockwork.core.policy.Policies;
import org.clockwork.core.scheduler.Policy;

/**
 * What is to be run: experiments, under policies, with seeds. Its trials need nothing of each other
 * and run side by side; what comes of them depends on neither their order nor their number.
 */
public final class Campaign {
  private static final long TOLD_MILLIS = 500;

  private final List<Part> parts = new ArrayList<>();
  private final List<Job> jobs = new ArrayList<>();

  /** One experiment under one policy with one seed. */
  private record Part(Experiment experiment, long seed, String policy) {}

  private record Job(Part part, Cell cell, Policy.Factory policy) {
    /**
     * @param progress is given what was added to its share of the work
     */
    private List<Row> run(DoubleConsumer progress) {
      Setting setting = cell.setting().apply(part.seed());
      double requestsEachNano = cell.requests() / setting.measurement().untilNanos();
      AtomicLong toldNanos = new AtomicLong();
      Figures figures =
          Trial.run(
              setting,
              policy,
              part.seed(),
              nanos -> progress.accept(requestsEachNano * (nanos - toldNanos.getAndSet(nanos))));
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

  /** Told how far it is, by the thread that runs the campaign. */
  @FunctionalInterface
  public interface Listener {
    /** How much of the work is done, between 0 and 1, in the measure of {@link Cell#requests}. */
    void done(double share);
  }

  /**
   * Runs all of them: those with most work first, so that all threads end at about the same time.
   *
   * @param threads so many at a time
   * @return experiment by experiment and seed by seed, as they were given
   */
  public List<Result> run(int threads, Listener listener) throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      DoubleAdder requests = new DoubleAdder();
      List<FutureTask<List<Row>>> tasks =
          jobs.stream().map(job -> new FutureTask<>(() -> job.run(requests::add))).toList();
      IntStream.range(0, jobs.size())
          .boxed()
          .sorted(Comparator.comparingDouble(i -> -jobs.get(i).cell().requests()))
          .forEach(i -> pool.execute(tasks.get(i)));
      double all = jobs.stream().mapToDouble(job -> job.cell().requests()).sum();
      SequencedMap<Part, List<Row>> rows = new LinkedHashMap<>();
      parts.forEach(part -> rows.put(part, new ArrayList<>()));
      for (int i = 0; i < tasks.size(); i++) {
        while (!ended(tasks.get(i))) {
          listener.done(Math.min(1, requests.sum() / all));
        }
        rows.get(jobs.get(i).part()).addAll(outcome(jobs.get(i), tasks.get(i)));
      }
      listener.done(1);
      return results(rows);
    } finally {
      pool.shutdownNow();
    }
  }

  /** Waits for it, but not for longer than somebody who watches would. */
  private static boolean ended(FutureTask<?> task) throws InterruptedException {
    try {
      task.get(TOLD_MILLIS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      return true;
    }
  }

  private static List<Row> outcome(Job job, FutureTask<List<Row>> task)
      throws InterruptedException {
    try {
      return task.get();
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
