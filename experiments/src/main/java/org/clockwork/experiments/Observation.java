package org.clockwork.experiments;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.sim.Witness;
import org.clockwork.core.worker.Task;
import org.clockwork.core.worker.TaskResult;

/**
 * Keeps account of a trial: of each request that is sent while it counts, what became of it. Of
 * those that are refused later, some are asked again.
 */
final class Observation implements Witness {
  private final Map<GatewayId, String> parties;
  private final long fromNanos;
  private final long untilNanos;
  private final long windowNanos;
  private final boolean retried;
  private final Repeat repeat;
  private final List<Figures.Window> windows = new ArrayList<>();
  private final Retries retries = new Retries();
  private final Map<RequestId, Story> stories = new HashMap<>();
  private final Map<Gpu, Long> begunNanos = new HashMap<>();
  private long execNanos;

  private record Gpu(WorkerId worker, int gpu) {}

  /** Asks once more, after a time, through a client that nobody counts. */
  @FunctionalInterface
  interface Repeat {
    void after(Retries.Delay delay, Submission submission);
  }

  /** What is known of a request that has no answer yet. */
  private static final class Story {
    private final String model;
    private final Optional<Counts> counts;
    private Optional<Objective> objective = Optional.empty();
    private boolean dispatched;

    private Story(String model, Optional<Counts> counts) {
      this.model = model;
      this.counts = counts;
    }
  }

  /** Where a request counts. */
  private record Counts(Account all, Account party) {}

  /**
   * @param parties by the client that each is
   * @param beginNanos true time at which the clients start
   */
  Observation(Map<GatewayId, String> parties, long beginNanos, Setting setting, Repeat repeat) {
    Measurement measurement = setting.measurement();
    this.parties = Map.copyOf(parties);
    this.fromNanos = beginNanos + measurement.warmUpNanos();
    this.untilNanos = beginNanos + measurement.untilNanos();
    this.windowNanos = measurement.windowNanos();
    this.retried = measurement.looksAt(Measurement.Extra.RETRIES);
    this.repeat = repeat;
    double seconds = windowNanos / 1e9;
    for (int window = 0; window < measurement.windows(); window++) {
      SequencedMap<String, Account> accounts = new LinkedHashMap<>();
      setting.parties().forEach(party -> accounts.put(party.name(), new Account(seconds)));
      windows.add(new Figures.Window(new Account(seconds), accounts));
    }
  }

  Figures figures(double schedulerSeconds, double simulatedSeconds) {
    return new Figures(windows, retries, execNanos / 1e9, schedulerSeconds, simulatedSeconds);
  }

  void repeated(RequestId request, Retries.Delay delay) {
    retries.asked(request, delay);
  }

  @Override
  public void submitted(RequestId request, String model, long now) {
    String party = parties.get(request.gateway());
    if (party == null || now < fromNanos) {
      return;
    }
    if (now >= untilNanos) {
      if (!retried) {
        return;
      }
      stories.put(request, new Story(model, Optional.empty()));
      return;
    }
    Figures.Window window = windows.get((int) ((now - fromNanos) / windowNanos));
    Counts counts = new Counts(window.all(), window.party(party));
    counts.all().sent();
    counts.party().sent();
    stories.put(request, new Story(model, Optional.of(counts)));
  }

  @Override
  public void asked(Request request, long now) {
    Story story = stories.get(request.id());
    if (story != null) {
      story.objective = Optional.of(Objective.ofNanos(request.sloNanos()));
    }
  }

  @Override
  public void told(Verdict verdict, long now) {
    if (verdict instanceof Verdict.Dispatched dispatched) {
      Story story = stories.get(dispatched.request());
      if (story != null) {
        story.dispatched = true;
      }
    }
  }

  @Override
  public void answered(GatewayId gateway, Answer answer, long now) {
    retries.answered(answer);
    Story story = stories.remove(answer.request());
    if (story == null) {
      return;
    }
    if (story.counts.isPresent()) {
      count(story, story.counts.get().all(), answer);
      count(story, story.counts.get().party(), answer);
    } else if (answer instanceof Answer.Refused refusal && story.objective.isPresent()) {
      Submission again =
          Submission.of(story.model, new Submission.Payload.Generated(1), story.objective.get())
              .retryOf(refusal.request());
      retries.delay(refusal).ifPresent(delay -> repeat.after(delay, again));
    }
  }

  @Override
  public void begun(WorkerId worker, Task task, long workerNanos, long now) {
    if (task instanceof Task.Exec) {
      begunNanos.put(new Gpu(worker, task.gpu()), now);
    }
  }

  @Override
  public void through(WorkerId worker, Task task, TaskResult result, long now) {
    if (task instanceof Task.Exec && result instanceof TaskResult.Done) {
      long begun = begunNanos.get(new Gpu(worker, task.gpu()));
      execNanos += Math.max(0, Math.min(now, untilNanos) - Math.max(begun, fromNanos));
    }
  }

  private static void count(Story story, Account account, Answer answer) {
    long nanos = answer.latencyNanos();
    switch (answer) {
      case Answer.Succeeded success -> {
        account.succeeded(nanos, success.met(), success.coldStart());
        account.promised(success.promisedNanos() - nanos);
      }
      case Answer.Refused refusal -> account.refused(refusal.cause(), nanos);
      case Answer.TimedOut _ -> account.timedOut(nanos, story.dispatched);
      case Answer.Failed _ -> account.broke();
    }
  }
}
