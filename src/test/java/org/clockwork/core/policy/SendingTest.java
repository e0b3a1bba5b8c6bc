package org.clockwork.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.clockwork.core.action.Action;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.Gpu;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Pending;
import org.clockwork.core.scheduler.Replica;
import org.clockwork.test.scheduler.Backstage;
import org.junit.jupiter.api.Test;

/** Where a request goes at once, and what becomes of those that find no place for their inputs. */
class SendingTest {
  private static final long MINUTE = 60_000 * Backstage.MILLIS;

  /** For the inputs of INFERs that are under way, on each GPU. */
  private static final int PLACES = 128;

  private final Backstage stage = new Backstage(1);
  private final Gpu gpu = stage.gpu(0);
  private final Model model = stage.model("m");
  private final Model other = stage.model("n");
  private final Set<Replica> unused = new HashSet<>();
  private final Sending sending = new Sending(stage.board(), replica -> !unused.contains(replica));

  private Pending arrives(Model wanted) {
    return arrives(wanted, 1);
  }

  private Pending arrives(Model wanted, int rows) {
    Pending request = stage.queues(wanted, rows, MINUTE);
    sending.queued(request, stage.now());
    return request;
  }

  private List<Pending> arrive(Model wanted, int count) {
    List<Pending> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      requests.add(arrives(wanted));
    }
    return requests;
  }

  /** So many INFERs of the GPU end, before anybody looks at it. */
  private void haveEnded(Gpu where, int count) {
    stage.infers(where).subList(0, count).forEach(stage::succeeds);
  }

  /** So many INFERs of the GPU end. */
  private void end(Gpu where, int count) {
    haveEnded(where, count);
    sending.room(where, stage.now());
  }

  private void comes(Replica replica) {
    stage.comes(replica);
    sending.resident(replica, stage.now());
  }

  private void fills(Replica replica) {
    for (int i = 0; i < PLACES; i++) {
      stage.keepsBusy(replica, 1);
    }
  }

  /** The GPU has as many INFERs of the other model under way as it has places. */
  private void isFull() {
    fills(stage.resident(other, 0));
  }

  /** Both models are on this second GPU, too, and both GPUs are full; the model's place there. */
  private Replica bothAreFull() {
    stage.joins("x");
    Replica replica = stage.resident(model, 1);
    isFull();
    fills(stage.resident(other, 1));
    return replica;
  }

  private List<RequestId> requestsOn(Gpu where) {
    return stage.infers(where).stream()
        .filter(infer -> infer.model().equals(model.id()))
        .map(infer -> infer.parts().getFirst().request())
        .toList();
  }

  private static List<RequestId> idsOf(List<Pending> requests) {
    return requests.stream().map(each -> each.request().id()).toList();
  }

  @Test
  void whoWaitsForAModelIsSentWhenItIsThereEachByItself() {
    Replica replica = stage.loading(model, 0);
    List<Pending> waiting = arrive(model, 3);
    assertTrue(stage.infers().isEmpty());

    comes(replica);

    assertEquals(idsOf(waiting), requestsOn(gpu));
  }

  @Test
  void ofThoseWhoWaitForAModelAsManyAreSentAsThereArePlacesAndTheRestWhenThereAreMore() {
    Replica replica = stage.loading(model, 0);
    arrive(model, PLACES + 2);

    comes(replica);

    assertEquals(PLACES, stage.infers().size());
    assertEquals(2, model.queue().size());
    end(gpu, 1);
    assertEquals(PLACES, stage.infers().size());
    end(gpu, 2);
    assertEquals(PLACES - 1, stage.infers().size());
    assertTrue(model.queue().isEmpty());
  }

  @Test
  void aModelThatComesWhenAllPlacesAreTakenHasToWaitForOne() {
    isFull();
    Replica replica = stage.loading(model, 0);
    Pending waiting = arrives(model);

    comes(replica);

    assertTrue(waiting.queued());
    end(gpu, 1);
    assertEquals(List.of(waiting.request().id()), requestsOn(gpu));
  }

  @Test
  void aBatchIsTheSmallestThatTakesTheRequestsRows() {
    stage.resident(model, 0);
    for (int rows : List.of(1, 2, 3, 8, 9, 16)) {
      arrives(model, rows);
    }

    assertEquals(
        List.of(1, 2, 4, 8, 16, 16), stage.infers().stream().map(Action.Infer::batch).toList());
  }

  @Test
  void modelsThatWaitAtOneGpuTakeTurns() {
    stage.resident(model, 0);
    isFull();
    arrive(model, 3);
    arrive(other, 2);

    end(gpu, 5);

    assertEquals(
        List.of(model.id(), other.id(), model.id(), other.id(), model.id()),
        stage.infers().stream().map(Action.Infer::model).toList().subList(PLACES - 5, PLACES));
  }

  @Test
  void theGpuWithTheLeastWorkInFrontGetsTheRequest() {
    Gpu second = stage.joins("x");
    Replica busy = stage.resident(model, 0);
    stage.resident(model, 1);
    stage.keepsBusy(busy, 1);

    arrives(model);

    assertEquals(1, stage.infers(second).size());
  }

  @Test
  void ofEquallyBusyOnesTheOneThatHasHeldTheModelLongestGetsTheRequest() {
    Gpu second = stage.joins("x");
    stage.resident(model, 1);
    stage.resident(model, 0);

    arrives(model);

    assertEquals(1, stage.infers(second).size());
  }

  @Test
  void aReplicaThatIsNotToBeUsedGetsNothing() {
    Gpu second = stage.joins("x");
    Replica spared = stage.loading(model, 0);
    unused.add(spared);
    Pending waiting = arrives(model);

    comes(spared);

    assertTrue(waiting.queued());
    comes(stage.loading(model, 1));
    assertEquals(List.of(waiting.request().id()), requestsOn(second));
  }

  @Test
  void aReplicaThatIsNotToBeUsedAnyMoreGetsNothingOfWhatWaitsAtItsGpu() {
    Replica replica = stage.resident(model, 0);
    isFull();
    Pending waiting = arrives(model);

    unused.add(replica);
    end(gpu, 1);

    assertTrue(waiting.queued());
  }

  @Test
  void whatIsBeingLoadedAnewIsWaitedFor() {
    Replica before = stage.resident(model, 0);
    isFull();
    Pending waiting = arrives(model);
    stage.goes(before);
    Replica again = stage.loading(model, 0);

    end(gpu, 1);
    assertTrue(waiting.queued());

    comes(again);
    assertEquals(List.of(waiting.request().id()), requestsOn(gpu));
  }

  @Test
  void whoWaitsWhereTheWeightsAreNoLongerGoesToWhereTheyAreAndMayWaitThere() {
    Replica here = stage.resident(model, 0);
    Gpu there = bothAreFull().gpu();
    List<Pending> waiting = arrive(model, 3);
    haveEnded(there, 2);

    stage.goes(here);
    end(gpu, 1);

    assertEquals(idsOf(waiting.subList(0, 2)), requestsOn(there));
    end(there, 1);
    assertEquals(idsOf(waiting), requestsOn(there));
    assertTrue(requestsOn(gpu).isEmpty());
  }

  @Test
  void whoWaitsAtAGpuThatLeavesGoesToAnotherAndMayWaitThere() {
    stage.resident(model, 0);
    Gpu there = bothAreFull().gpu();
    List<Pending> waiting = arrive(model, 3);
    haveEnded(there, 2);

    stage.retires();
    sending.left(gpu, stage.now());

    assertEquals(idsOf(waiting.subList(0, 2)), requestsOn(there));
    end(there, 1);
    assertEquals(idsOf(waiting), requestsOn(there));
    assertTrue(requestsOn(gpu).isEmpty());
  }

  @Test
  void aGpuAtWhichNobodyWaitsLeavesAndTheOthersGoOn() {
    stage.resident(model, 0);
    stage.joins("x");
    Replica there = stage.resident(model, 1);
    stage.retires();

    sending.left(gpu, stage.now());

    Pending request = arrives(model);
    assertEquals(List.of(request.request().id()), requestsOn(there.gpu()));
  }

  @Test
  void whatHasBeenForgottenIsNotSentAndWhoWaitsBesidesIs() {
    stage.resident(model, 0);
    isFull();
    arrives(other);
    Pending forgotten = arrives(model);

    sending.forget(model);
    end(gpu, 2);

    assertTrue(forgotten.queued());
    assertTrue(other.queue().isEmpty());
  }

  @Test
  void whoHasBeenAnsweredMeanwhileTakesNobodysPlace() {
    stage.resident(model, 0);
    isFull();
    stage.refuses(arrives(model));
    Pending next = arrives(other);

    end(gpu, 1);

    assertFalse(next.queued());
  }
}
