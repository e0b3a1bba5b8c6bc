package org.clockwork.experiments;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.sim.Tap;
import org.clockwork.core.sim.Witness;

/** Keeps account of a trial: of each request that is sent while it counts, what became of it. */
final class Observation implements Witness {
  private final long fromNanos;
  private final long untilNanos;
  private final double seconds;
  private final Figures.Account all;
  private final SequencedMap<String, Figures.Account> parties = new LinkedHashMap<>();
  private final Map<GatewayId, Figures.Account> byGateway = new HashMap<>();
  private final Map<RequestId, Story> stories = new HashMap<>();
  private final Stopwatch stopwatch = new Stopwatch();

  /** What is known of a request that has no answer yet. */
  private static final class Story {
    private final Figures.Account account;
    private final long sentNanos;
    private boolean dispatched;

    private Story(Figures.Account account, long sentNanos) {
      this.account = account;
      this.sentNanos = sentNanos;
    }
  }

  /**
   * @param fromNanos true time from which on requests count, until {@code untilNanos}
   */
  Observation(Map<GatewayId, String> names, long fromNanos, long untilNanos) {
    this.fromNanos = fromNanos;
    this.untilNanos = untilNanos;
    this.seconds = (untilNanos - fromNanos) / 1e9;
    this.all = new Figures.Account(seconds);
    names.forEach(
        (gateway, name) -> {
          Figures.Account account = new Figures.Account(seconds);
          parties.put(name, account);
          byGateway.put(gateway, account);
        });
  }

  /** Times the scheduler. */
  Tap meter() {
    return stopwatch;
  }

  Figures figures(double simulatedSeconds) {
    return new Figures(all, parties, seconds, stopwatch.nanos / 1e9, simulatedSeconds);
  }

  private int second(long nanos) {
    return (int) ((nanos - fromNanos) / 1_000_000_000);
  }

  @Override
  public void submitted(RequestId request, String model, long now) {
    Figures.Account account = byGateway.get(request.gateway());
    if (account == null || now < fromNanos || now >= untilNanos) {
      return;
    }
    stories.put(request, new Story(account, now));
    account.sent(second(now));
    all.sent(second(now));
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
    Story story = stories.remove(answer.request());
    if (story != null) {
      answered(story, story.account, answer);
      answered(story, all, answer);
    }
  }

  private void answered(Story story, Figures.Account account, Answer answer) {
    long nanos = answer.latencyNanos();
    switch (answer) {
      case Answer.Succeeded success -> {
        account.succeeded(second(story.sentNanos), nanos, success.met(), success.coldStart());
        account.promised(success.promisedNanos() - nanos);
      }
      case Answer.Refused refusal -> account.refused(refusal.cause(), nanos);
      case Answer.TimedOut _ -> {
        account.timedOut(nanos);
        if (story.dispatched) {
          account.lateThoughAccepted();
          account.promised(-1);
        }
      }
      case Answer.Failed _ -> account.broke();
    }
  }

  private static final class Stopwatch implements Tap {
    private long nanos;

    @Override
    public void deciding(Event event, Runnable decision) {
      long begun = System.nanoTime();
      decision.run();
      nanos += System.nanoTime() - begun;
    }
  }
}
