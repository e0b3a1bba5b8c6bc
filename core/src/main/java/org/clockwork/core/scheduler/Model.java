package org.clockwork.core.scheduler;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Profiles;

/**
 * A model, or one bucket of it where its requests vary in length: who waits, where it is, how long
 * it takes. What runs together is of one such model; buckets share their {@link Weights} and
 * nothing else.
 */
public final class Model extends Notes.Bearer {
  /**
   * Doubts about estimates are this far apart: losses come in crowds and are one reason to doubt.
   */
  private static final long DOUBT_NANOS = 1_000_000_000;

  private final Weights weights;
  private final int bucket;
  private final Map<String, Estimates> estimates = new LinkedHashMap<>();

  /** The same estimates, to go through. */
  private Estimates[] kinds = {};

  private final RequestQueue queue = new RequestQueue();
  private long nextDoubtNanos = Long.MIN_VALUE;
  private long nextLoadDoubtNanos = Long.MIN_VALUE;

  final List<Replica> replicas = new ArrayList<>();

  /** Of its replicas, those that can be run: counted, since every request asks. */
  int residents;

  /** INFERs sent and not ended, on all GPUs. */
  int infers;

  final Timers.Timer expiry;

  Model(Weights weights, int bucket, Timers timers, Expiry whenHeadExpires) {
    this.weights = weights;
    this.bucket = bucket;
    this.expiry = timers.timer(now -> headMayHaveExpired(whenHeadExpires, now));
  }

  /** Called when the deadline of the first queued request has passed. */
  interface Expiry {
    void expired(Model model, long now);
  }

  /** What it shares with the other buckets. */
  public Weights weights() {
    return weights;
  }

  /** Which bucket of the model it is; 0 where that has one shape. */
  public int bucket() {
    return bucket;
  }

  /** Of the registered model, with all of its buckets. */
  public ModelId id() {
    return weights.id();
  }

  public String name() {
    return weights.name();
  }

  /** Orders models where nothing else does: by id, buckets of one by length. */
  long tie() {
    return (long) id().value() * ModelSpec.BUCKETS_MAX + bucket;
  }

  /** Of all buckets; known once one worker has registered the model. */
  public Optional<ModelSpec> spec() {
    return weights.spec();
  }

  /** Requests that wait for it. */
  public RequestQueue queue() {
    return queue;
  }

  /** Where it is, or is on its way to; the longest held first. */
  public List<Replica> replicas() {
    return Collections.unmodifiableList(replicas);
  }

  /** Nobody wants its weights and nobody waits for them: nothing is to be done for it any more. */
  public boolean gone() {
    return weights.gone();
  }

  public boolean runsOn(Gpu gpu) {
    return estimates.containsKey(gpu.spec().kind());
  }

  public Estimates estimatesOn(Gpu gpu) {
    return Optional.ofNullable(estimates.get(gpu.spec().kind()))
        .orElseThrow(() -> new IllegalStateException(this + " has no profile for " + gpu));
  }

  /** One entry for each kind of device that can run it. */
  public Iterable<Estimates> estimates() {
    return List.of(kinds);
  }

  /** Shortest time, on any kind of device, of a batch that takes so many rows. */
  public long shortestExecNanos(int rows) {
    long shortest = Long.MAX_VALUE;
    for (Estimates each : kinds) {
      if (each.largestBatch() >= rows) {
        shortest = Math.min(shortest, each.shortestExecNanos(rows));
      }
    }
    return shortest;
  }

  /** Time of its smallest batch where that takes longest. */
  public long smallestExecNanos() {
    long longest = 0;
    for (Estimates each : kinds) {
      longest = Math.max(longest, each.execNanos(0));
    }
    return longest;
  }

  public long shortestLoadNanos() {
    long shortest = Long.MAX_VALUE;
    for (Estimates each : kinds) {
      shortest = Math.min(shortest, each.loadNanos());
    }
    return shortest;
  }

  public int largestBatch() {
    int largest = 0;
    for (Estimates each : kinds) {
      largest = Math.max(largest, each.largestBatch());
    }
    return largest;
  }

  /** Whether some GPU holds it now. */
  public boolean warm() {
    return residents > 0;
  }

  /**
   * A request was turned away or lost although nothing of the model was running: perhaps the
   * estimates are wrong, and nothing would ever set them right.
   */
  void doubtEstimates(long now) {
    if (infers == 0 && now >= nextDoubtNanos) {
      nextDoubtNanos = now + DOUBT_NANOS;
      for (Estimates each : kinds) {
        each.doubt();
      }
    }
  }

  /** The same of a request that was turned away because of how long the model takes to load. */
  void doubtLoad(long now) {
    if (now >= nextLoadDoubtNanos) {
      nextLoadDoubtNanos = now + DOUBT_NANOS;
      for (Estimates each : kinds) {
        each.doubtLoad();
      }
    }
  }

  void hosted(Map<String, Profiles> profiles, SchedulerConfig config) {
    profiles.forEach(
        (kind, each) ->
            // What was measured here stays: a second worker of the kind brings its first guess
            // only.
            estimates.computeIfAbsent(kind, _ -> new Estimates(each.bucket(bucket), config)));
    kinds = estimates.values().toArray(Estimates[]::new);
  }

  private void headMayHaveExpired(Expiry whenHeadExpires, long now) {
    if (queue.isEmpty()) {
      return;
    }
    if (queue.first().deadlineNanos() <= now) {
      whenHeadExpires.expired(this, now);
    }
    queue.head().ifPresent(head -> expiry.setNoLaterThan(head.deadlineNanos()));
  }

  void queue(Pending pending) {
    pending.state = Pending.State.QUEUED;
    queue.add(pending);
    expiry.setNoLaterThan(pending.deadlineNanos());
  }

  /** Leaves the alarm: one that goes off for nothing costs less than to move it every time. */
  void unqueue(Pending pending) {
    queue.remove(pending);
  }

  @Override
  public String toString() {
    String length =
        spec()
            .filter(known -> known.buckets() > 1)
            .map(known -> " up to length " + known.lengths().get(bucket))
            .orElse("");
    return weights + length;
  }
}
