package org.clockwork.controller.explain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.action.Span;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.Input;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.telemetry.Telemetry;
import org.clockwork.core.telemetry.Telemetry.ActionEnded;
import org.clockwork.core.telemetry.Telemetry.ActionType;
import org.clockwork.core.telemetry.Telemetry.RequestEnded;

/**
 * Remembers the most recent requests, and what the GPUs did meanwhile; the oldest are forgotten for
 * the newest. Has one owner, the thread that reads the telemetry, and works out what a request met
 * only when somebody asks.
 */
public final class RecentRequests implements Consumer<Telemetry> {
  private final int capacity;
  private final LinkedHashMap<RequestId, Story> stories = new LinkedHashMap<>();

  /** In the order in which their outcomes came; as many as there may be requests. */
  private final ArrayDeque<ActionEnded> actions = new ArrayDeque<>();

  private static final class Story {
    private final List<Sending> sendings = new ArrayList<>(1);
    private RequestEnded ended;
  }

  /**
   * @param capacity requests that are remembered at once, some 400 bytes each; above 0
   */
  public RecentRequests(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("explain.requests=" + capacity + " must be above 0");
    }
    this.capacity = capacity;
  }

  public int capacity() {
    return capacity;
  }

  @Override
  public void accept(Telemetry event) {
    switch (event) {
      case Telemetry.ActionSent sent when sent.action() instanceof Action.Infer infer ->
          sent(Sending.of(sent, infer), infer.parts());
      case Telemetry.ActionSent _ -> {} // Its end says all of it.
      case Telemetry.ActionEnded ended -> ended(ended);
      case Telemetry.RequestEnded ended -> story(ended.request().id()).ended = withoutInput(ended);
    }
  }

  /** Nobody asks for the input, which may be the most of it. */
  private static RequestEnded withoutInput(RequestEnded ended) {
    return new RequestEnded(
        ended.nanos(),
        ended.request().with(new Input.Generated()),
        ended.result(),
        ended.arrivals(),
        ended.departures(),
        ended.coldStart());
  }

  private void sent(Sending sending, List<Action.Part> parts) {
    for (Action.Part part : parts) {
      story(part.request()).sendings.add(sending);
    }
  }

  private void ended(ActionEnded ended) {
    if (actions.size() == capacity) {
      actions.removeFirst();
    }
    actions.addLast(ended);
  }

  private Story story(RequestId request) {
    Story known = stories.get(request);
    if (known != null) {
      return known;
    }
    if (stories.size() == capacity) {
      stories.pollFirstEntry();
    }
    Story story = new Story();
    stories.put(request, story);
    return story;
  }

  /** Empty where the request was never heard of, or is forgotten. Looks at all actions kept. */
  Optional<Explanation> find(RequestId request) {
    return Optional.ofNullable(stories.get(request)).map(story -> explained(request, story));
  }

  private Explanation explained(RequestId request, Story story) {
    Map<ActionId, ActionEnded> outcomes = new HashMap<>();
    List<ActionEnded> loads = new ArrayList<>();
    for (ActionEnded action : actions) {
      if (story.sendings.stream()
          .anyMatch(sent -> sent.action().equals(action.outcome().action()))) {
        outcomes.put(action.outcome().action(), action);
      }
      if (isItsLoad(action, story)) {
        loads.add(action);
      }
    }
    List<Attempt> attempts = new ArrayList<>();
    for (Sending sending : story.sendings) {
      Optional<Outcome> outcome =
          Optional.ofNullable(outcomes.get(sending.action())).map(ActionEnded::outcome);
      attempts.add(new Attempt(sending, outcome, inFront(sending, outcome, story)));
    }
    return new Explanation(request, Optional.ofNullable(story.ended), attempts, loads);
  }

  private static boolean isItsLoad(ActionEnded action, Story story) {
    return story.ended != null
        && action.type() == ActionType.LOAD
        && action.model().equals(story.ended.request().model())
        && action.nanos() >= story.ended.request().arrivedNanos()
        && action.nanos() <= story.ended.nanos();
  }

  /** What the same GPU executed after the request had come and before its own EXEC. */
  private List<Attempt.InFront> inFront(Sending sending, Optional<Outcome> outcome, Story story) {
    if (story.ended == null
        || !(outcome.orElse(null) instanceof Outcome.Inferred(_, _, Span exec, _, _))) {
      return List.of();
    }
    long arrivedNanos = story.ended.request().arrivedNanos();
    Map<ModelId, Attempt.InFront> byModel = new LinkedHashMap<>();
    for (ActionEnded other : actions) {
      if (other.gpu().equals(sending.gpu())
          && other.outcome() instanceof Outcome.Inferred(_, _, Span run, _, _)
          && run.endedNanos() > arrivedNanos
          && run.begunNanos() < exec.begunNanos()) {
        byModel.merge(
            other.model(),
            new Attempt.InFront(other.model(), 1, run.nanos()),
            (one, more) ->
                new Attempt.InFront(
                    one.model(),
                    one.batches() + more.batches(),
                    one.execNanos() + more.execNanos()));
      }
    }
    return List.copyOf(byModel.values());
  }
}
