package org.clockwork.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Pending;
import org.clockwork.core.scheduler.Replica;
import org.clockwork.test.scheduler.Backstage;
import org.junit.jupiter.api.Test;

/** What is fed and loaded is what the scheduler said last: of models and GPUs that come and go. */
class FeedAndLoadTest {
  private static final long MILLIS = Backstage.MILLIS;

  private final Backstage stage = new Backstage(1);
  private final FeedAndLoad policy = policy(new FullBatches());

  private FeedAndLoad policy(Batching batching) {
    Leeway leeway = Leeway.measuredAhead(stage.board());
    return new FeedAndLoad(
        _ -> 0, new Feeding(stage.board(), batching, leeway), new Loading(stage.board(), leeway));
  }

  private void arrives(Model model) {
    policy.queued(stage.queues(model, 1, 100 * MILLIS), stage.now());
  }

  /** The GPU's LOAD executor is at work; when it is about to be free, the next is loaded. */
  private void isLoading(String name) {
    Model model = hosted(name);
    arrives(model);
    assertTrue(isOnItsWay(model));
  }

  private Model hosted(String name) {
    Model model = stage.model(name);
    policy.hosted(model, stage.gpu(0).host(), stage.now());
    return model;
  }

  /** Somebody asked for it who had no time for its LOAD; the next one may have. */
  private Model missed(String name) {
    Model model = hosted(name);
    Pending request = stage.queues(model, 1, 50 * MILLIS);
    stage.refuses(request);
    policy.missed(request.request(), model, stage.now());
    assertFalse(isOnItsWay(model));
    return model;
  }

  private static boolean isOnItsWay(Model model) {
    return !model.replicas().isEmpty();
  }

  @Test
  void whatHasJustBeenLoadedIsRunAtOnce() {
    Model model = stage.model("m");
    stage.queues(model, 1, 900 * MILLIS);
    Replica replica = stage.resident(model, 0);

    policy.resident(replica, stage.now());

    assertEquals(1, stage.infers().size());
  }

  @Test
  void whatWasAskedForIsLoadedWhenThereIsRoomUnlessItIsForgotten() {
    isLoading("m");
    Model forgotten = missed("n");
    Model wanted = missed("o");

    policy.forgotten(forgotten);
    stage.passes(20 * MILLIS);

    assertTrue(isOnItsWay(wanted));
    assertFalse(isOnItsWay(forgotten));
  }

  @Test
  void aGpuThatIsGoneIsNotLoadedOntoHoweverSoonItWasToHaveRoom() {
    isLoading("m");
    Model wanted = missed("n");

    policy.left(stage.gpu(0), stage.now());
    stage.passes(20 * MILLIS);

    assertFalse(isOnItsWay(wanted));
  }

  @Test
  void aGpuThatIsGoneIsNotFedHoweverSoonItWasToHaveRoom() {
    Replica replica = stage.resident(stage.model("m"), 0);
    stage.keepsBusy(replica, 16);
    arrives(replica.model());

    policy.left(stage.gpu(0), stage.now());
    stage.passes(50 * MILLIS);

    assertEquals(1, stage.infers().size());
  }

  @Test
  void nobodyLooksAgainAtAModelThatIsForgotten() {
    List<Model> looked = new ArrayList<>();
    DeferredBatches batches = new DeferredBatches(stage.board());
    batches.tells((model, _) -> looked.add(model));
    FeedAndLoad waiting = policy(batches);
    Model model = stage.resident(stage.model("m"), 0).model();
    waiting.queued(stage.queues(model, 1, 100 * MILLIS), stage.now());

    waiting.forgotten(model);
    stage.passes(100 * MILLIS);

    assertEquals(List.of(), looked);
  }
}
