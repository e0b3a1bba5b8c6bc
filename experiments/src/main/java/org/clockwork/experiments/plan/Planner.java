package org.clockwork.experiments.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.SimulatedDevice;
import org.clockwork.core.scheduler.Policy;
import org.clockwork.experiments.Figures;
import org.clockwork.experiments.Measurement;
import org.clockwork.experiments.Setting;
import org.clockwork.experiments.Trial;
import org.clockwork.experiments.plan.Answer.Tried;
import org.clockwork.experiments.plan.Plan.Question;

/**
 * Finds the smallest number of GPUs for a demand by simulating it, on the common ground, with one
 * seed: each GPU in a worker of its own that has the files of all models.
 */
public final class Planner {
  /** What is asked beside the demand itself, in the order in which it is told. */
  private static final SequencedMap<String, UnaryOperator<Demand>> CHANGES = new LinkedHashMap<>();

  static {
    CHANGES.put("rate -25 %", demand -> demand.times(0.75));
    CHANGES.put("rate -10 %", demand -> demand.times(0.90));
    CHANGES.put("rate +10 %", demand -> demand.times(1.10));
    CHANGES.put("rate +25 %", demand -> demand.times(1.25));
    CHANGES.put("slo / 2", demand -> demand.withSloTimes(0.5));
    CHANGES.put("slo x 2", demand -> demand.withSloTimes(2));
  }

  /** Questions that a plan answers. */
  public static final int QUESTIONS = 1 + CHANGES.size();

  private final Policy.Factory policy;
  private final long seed;
  private final int pages;
  private final int gpusMax;
  private final Optional<Double> seconds;

  /**
   * @param pages of each GPU
   * @param gpusMax more are not tried
   * @param seconds to measure in each trial; empty: as long as the demand makes it necessary
   */
  public Planner(
      Policy.Factory policy, long seed, int pages, int gpusMax, Optional<Double> seconds) {
    this.policy = policy;
    this.seed = seed;
    this.pages = pages;
    this.gpusMax = gpusMax;
    this.seconds = seconds;
  }

  /**
   * Answers the demand and what is near it.
   *
   * @param progress is told how many of the {@link #QUESTIONS} are answered
   */
  public Plan plan(Demand demand, IntConsumer progress) {
    Question asked = question("as asked", demand, guess(demand));
    progress.accept(1);
    List<Question> varied = new ArrayList<>();
    CHANGES.forEach(
        (change, changed) -> {
          Demand other = changed.apply(demand);
          varied.add(question(change, other, guess(other, asked)));
          progress.accept(1 + varied.size());
        });
    return new Plan(asked, varied);
  }

  /** The answer for this demand alone. */
  public Question ask(Demand demand) {
    return question("as asked", demand, guess(demand));
  }

  private static int guess(Demand demand) {
    return (int)
        Math.clamp(Math.ceil(demand.gpusFilled() * demand.metWanted()), 1, Integer.MAX_VALUE);
  }

  /** As many as before for each request per second; with fewer the search begins at the bottom. */
  private static int guess(Demand demand, Question asked) {
    if (asked.answer() instanceof Answer.Enough(Tried at, Optional<Tried> _)) {
      return (int)
          Math.clamp(
              Math.ceil(at.gpus() * demand.perSecond() / asked.demand().perSecond()),
              1,
              Integer.MAX_VALUE);
    }
    return guess(demand);
  }

  private Question question(String change, Demand demand, int guess) {
    TrialTime time =
        seconds.map(given -> TrialTime.of(demand, given)).orElseGet(() -> TrialTime.of(demand));
    Optional<String> hopeless = demand.hopeless(pages);
    Answer answer =
        hopeless.isPresent() ? new Answer.Hopeless(hopeless.get()) : search(demand, time, guess);
    return new Question(change, demand, time, answer);
  }

  private Answer search(Demand demand, TrialTime time, int guess) {
    Map<Integer, Figures> tried = new HashMap<>();
    OptionalInt fewest =
        Search.fewest(
            gpus -> {
              Figures figures =
                  tried.computeIfAbsent(
                      gpus, count -> Trial.run(setting(demand, time, count), policy, seed));
              return figures.last().all().metFraction().orElse(1.0) >= demand.metWanted();
            },
            guess,
            gpusMax);
    if (fewest.isEmpty()) {
      return new Answer.TooFew(new Tried(gpusMax, tried.get(gpusMax)));
    }
    int gpus = fewest.getAsInt();
    return new Answer.Enough(
        new Tried(gpus, tried.get(gpus)),
        Optional.ofNullable(tried.get(gpus - 1)).map(figures -> new Tried(gpus - 1, figures)));
  }

  private Setting setting(Demand demand, TrialTime time, int gpus) {
    List<ModelSource> sources =
        demand.models().stream().<ModelSource>map(Demand.Wanted::model).toList();
    Setting.Machine machine =
        new Setting.Machine(List.of(SimulatedDevice.specWithPages(pages)), sources);
    return new Setting(
        Collections.nCopies(gpus, machine),
        List.of(new Setting.Party("all", demand.workload())),
        Measurement.of(time.warmUpNanos(), time.measuredNanos()));
  }
}
