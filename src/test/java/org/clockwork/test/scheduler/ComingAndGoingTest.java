package org.clockwork.test.scheduler;

import static org.clockwork.test.scheduler.SchedulerScene.MILLIS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.policy.Policies;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Policy;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.junit.jupiter.api.Test;

/** Workers and models come and go at any moment; nobody's request is forgotten. */
final class ComingAndGoingTest {
  private final SchedulerScene scene = new SchedulerScene();

  @Test
  void requestsOfAWorkerThatLeftAreScheduledElsewhere() {
    WorkerId first = scene.joins("w1", 100);
    ModelId model = scene.servesWarm("m");
    scene.joins("w2", 100);
    RequestId request = scene.submits(model, 1, 200);
    assertEquals(first, scene.workerOf(scene.infers().getFirst()));

    scene.leaves(first);
    scene.succeeds(scene.loads().getFirst());

    Action.Infer again = scene.infers().getFirst();
    assertEquals(new WorkerId("w2"), scene.workerOf(again));
    assertEquals(request, again.parts().getFirst().request());
  }

  @Test
  void requestsThatNobodyElseCanServeAreRefusedAtOnce() {
    WorkerId worker = scene.joins("w", 100);
    ModelId model = scene.servesWarm("m");
    RequestId sent = scene.submits(model, 1, 200);
    RequestId queued = null;
    for (int i = 0; i < 9; i++) {
      queued = scene.submits(model, 1, 200);
    }

    scene.leaves(worker);

    assertEquals(RefusalCause.NO_CAPACITY, refusal(sent).cause());
    assertEquals(RefusalCause.NO_CAPACITY, refusal(queued).cause());
    assertInstanceOf(ModelStatus.Unavailable.class, scene.statuses.getLast());
  }

  @Test
  void aWorkerThatComesBackIsAskedForEverythingAnew() {
    WorkerId worker = scene.joins("w", 100);
    ModelId model = scene.servesWarm("m");
    scene.leaves(worker);

    scene.joins("w", 100);
    scene.submits(model, 1, 200);

    assertEquals(1, scene.loads().size(), "its weights from before count for nothing");
  }

  @Test
  void aWorkerThatWasStartedAnewBeforeAnybodyNoticedHasLostWhatItWasTold() {
    scene.joins("w", 100);
    ModelId model = scene.servesWarm("m");
    RequestId lost = scene.submits(model, 1, 200);

    scene.startsAnew("w", 100);
    assertEquals(RefusalCause.NO_CAPACITY, refusal(lost).cause());

    RequestId next = scene.submits(model, 1, 200);
    scene.succeeds(scene.loads().getFirst());
    assertEquals(next, scene.infers().getFirst().parts().getFirst().request());
  }

  @Test
  void requestsOfAGatewayThatLeftAreGivenUp() {
    scene.joins("w", 100);
    ModelId model = scene.servesWarm("m");
    RequestId sent = scene.submits(model, 1, 200);
    for (int i = 0; i < 9; i++) {
      scene.submits(model, 1, 200);
    }
    int told = scene.verdicts.size();
    int underWay = scene.infers().size();

    scene.happens(new Event.GatewayLeft(new GatewayId("nobody")));
    scene.happens(new Event.GatewayLeft(sent.gateway()));
    scene.succeeds(scene.infers().getFirst());

    assertEquals(underWay - 1, scene.infers().size(), "nobody waits for the queued ones");
    assertEquals(told, scene.verdicts.size(), "and nobody is told");
  }

  @Test
  void aWorkerThatShutsDownEndsWhatItHasAndGetsNothingNew() {
    WorkerId leaving = scene.joins("w1", 100);
    ModelId model = scene.servesWarm("m");
    scene.joins("w2", 100);
    RequestId accepted = scene.submits(model, 1, 200);
    RequestId turnedAway = scene.submits(model, 1, 200);
    Action.Infer runs = scene.infers().getFirst();

    scene.isRefused(scene.infers().get(1), ErrorCode.SHUTTING_DOWN);

    assertTrue(scene.endOf(turnedAway).isEmpty(), "it is tried elsewhere");
    assertEquals(new WorkerId("w2"), scene.workerOf(scene.loads().getFirst()));
    scene.passes(2 * MILLIS);
    scene.succeeds(runs);
    assertEquals(1, scene.reportsOf(accepted).size());
    scene.succeeds(scene.loads().getFirst());
    assertEquals(turnedAway, scene.infers().getFirst().parts().getFirst().request());
    scene.leaves(leaving);
    assertEquals(1, scene.infers().size());
  }

  @Test
  void aWorkerThatRetiresGetsNothingNewFromThatMomentOn() {
    WorkerId leaving = scene.joins("w1", 100);
    ModelId model = scene.servesWarm("m");
    scene.joins("w2", 100);

    scene.happens(new Event.WorkerRetires(leaving));
    RequestId request = scene.submits(model, 1, 200);

    assertTrue(scene.infers().isEmpty());
    scene.succeeds(scene.loads().getFirst());
    Action.Infer runs = scene.infers().getFirst();
    assertEquals(new WorkerId("w2"), scene.workerOf(runs));
    assertEquals(request, runs.parts().getFirst().request());
  }

  @Test
  void aWorkerThatHangsIsReplacedBeforeItIsMissed() {
    scene.joins("w1", 100);
    ModelId model = scene.servesWarm("m");
    scene.joins("w2", 100);
    scene.submits(model, 1, 100);
    assertEquals(1, scene.infers().size());

    scene.passes(60 * MILLIS);
    RequestId next = scene.submits(model, 1, 100);

    assertEquals(new WorkerId("w2"), scene.workerOf(scene.loads().getFirst()));
    scene.succeeds(scene.loads().getFirst());
    assertEquals(next, scene.infers().getLast().parts().getFirst().request());
  }

  @Test
  void aLoadThatAWorkerEndsWhileItShutsDownServesNobody() {
    scene.joins("w", 100);
    ModelId loading = scene.serves("m");
    ModelId other = scene.serves("n");
    RequestId request = scene.submits(loading, 1, 200);
    scene.submits(other, 1, 200);

    scene.isRefused(scene.loads().get(1), ErrorCode.SHUTTING_DOWN);
    scene.succeeds(scene.loads().getFirst());

    assertTrue(scene.infers().isEmpty() && scene.loads().isEmpty());
    assertEquals(RefusalCause.NO_CAPACITY, refusal(request).cause());
  }

  @Test
  void aLoadThatAWorkerEndsWhileItShutsDownDoesNotDrawRequestsThere() {
    scene.joins("w1", 10);
    scene.joins("w2", 10);
    ModelId loading = scene.serves("m");
    ModelId busy = scene.serves("n");
    scene.submits(loading, 1, 200);
    Action.Load onLeaving = scene.loads().getFirst();
    scene.submits(busy, 1, 200);
    scene.passes(2 * MILLIS);
    WorkerId leaving = scene.workerOf(onLeaving);
    scene.happens(new Event.ModelWanted("o", "o"));
    Action asked =
        scene.outstanding(Action.Register.class).stream()
            .filter(register -> scene.workerOf(register).equals(leaving))
            .findFirst()
            .orElseThrow();

    scene.isRefused(asked, ErrorCode.SHUTTING_DOWN);
    scene.succeeds(onLeaving);

    assertTrue(scene.infers().isEmpty(), "%s is queued for the other worker".formatted(loading));
  }

  @Test
  void aModelThatIsWithdrawnTakesNobodyAndGoesOnceThoseWhoWaitAreServed() {
    scene.joins("w", 100);
    ModelId model = scene.servesWarm("m");
    List<RequestId> waiting = scene.submitsEach(model, 60, 200);

    scene.happens(new Event.ModelUnwanted("m"));

    assertEquals(ErrorCode.UNKNOWN_MODEL, failure(scene.submits(model, 1, 200)).code());
    while (!scene.infers().isEmpty()) {
      assertTrue(scene.unloads().isEmpty(), "it runs");
      scene.passes(MILLIS);
      scene.succeeds(scene.infers().getFirst());
    }
    for (RequestId each : waiting) {
      assertTrue(scene.endOf(each).isEmpty(), "%s was served".formatted(each));
      assertEquals(1, scene.reportsOf(each).size());
    }
    assertEquals(1, scene.unloads().size());
    assertEquals(1, scene.outstanding(Action.Withdraw.class).size());
    assertEquals(new ModelStatus.Gone("m"), scene.statuses.getLast());
  }

  @Test
  void aModelThatIsWithdrawnGoesAlsoWhereThoseWhoWaitedGaveUp() {
    scene.joins("w", 100);
    ModelId model = scene.serves("m");
    RequestId waits = scene.submits(model, 1, 200);
    scene.happens(new Event.ModelUnwanted("m"));
    scene.succeeds(scene.loads().getFirst());
    scene.isRefused(scene.infers().getFirst(), ErrorCode.RUNTIME_ERROR);

    assertEquals(1, scene.endOf(waits).size());
    assertEquals(new ModelStatus.Gone("m"), scene.statuses.getLast());
  }

  @Test
  void aNameThatNoWorkerHasSaidIsAskedOfEachAndTheirVersionsAreToldOnceAllHaveRefused() {
    scene.joins("v", 100);
    scene.joins("w", 100);
    scene.happens(new Event.ModelWanted("late", "late"));
    List<Action.Register> asked = scene.outstanding(Action.Register.class);
    assertEquals(2, asked.size());

    scene.ends(
        asked.getFirst(),
        new Outcome.Versioned(asked.getFirst().id(), 10, new Outcome.Stamps(0, 0)));
    assertEquals(List.of(), scene.statuses);
    scene.isRefused(asked.getLast(), ErrorCode.INVALID_MODEL_PATH);

    assertEquals(new ModelStatus.Versioned("late", "late/10"), scene.statuses.getLast());
  }

  @Test
  void aNameThatNobodyFindsCanNotBeServedForTheReasonThatTheLastWorkerGives() {
    scene.joins("w", 100);
    scene.hasFound("w", "late/1");
    scene.happens(new Event.ModelWanted("late", "late"));
    scene.isRefused(
        scene.outstanding(Action.Register.class).getFirst(), ErrorCode.INVALID_MODEL_PATH);

    assertInstanceOf(ModelStatus.Unavailable.class, scene.statuses.getLast());
    assertEquals("late", scene.statuses.getLast().name());
  }

  @Test
  void aNameThatIsWantedAgainGetsAnotherId() {
    scene.joins("w", 100);
    ModelId before = scene.serves("m");
    scene.happens(new Event.ModelUnwanted("m"));

    assertTrue(scene.serves("m").value() > before.value());
  }

  @Test
  void aNameThatIsWantedWhileItsModelIsBeingWithdrawnIsNotCalledReady() {
    scene.joins("w", 100);
    scene.submits(scene.servesWarm("m"), 1, 200);
    scene.happens(new Event.ModelUnwanted("m"));

    scene.happens(new Event.ModelWanted("m", "m"));

    assertInstanceOf(ModelStatus.Unavailable.class, scene.statuses.getLast());
  }

  @Test
  void toWithdrawWhatIsNotThereIsDoneAtOnce() {
    scene.happens(new Event.ModelUnwanted("nobody"));

    assertEquals(List.of(new ModelStatus.Gone("nobody")), scene.statuses);
  }

  @Test
  void aModelThatIsWithdrawnUnusedIsForgottenByThePolicyToo() {
    List<Model> forgotten = new ArrayList<>();
    SchedulerScene watched =
        new SchedulerScene(
            board -> telling(forgotten, Policies.named("infer5").make(board)),
            SchedulerConfig.DEFAULT);
    watched.joins("w", 100);
    ModelId model = watched.serves("m");

    watched.happens(new Event.ModelUnwanted("m"));

    assertEquals(List.of(model), forgotten.stream().map(Model::id).toList());
  }

  private static Policy telling(List<Model> forgotten, Policy policy) {
    return (Policy)
        Proxy.newProxyInstance(
            Policy.class.getClassLoader(),
            new Class<?>[] {Policy.class},
            (_, method, args) -> {
              if (method.getName().equals("forgotten")) {
                forgotten.add((Model) args[0]);
              }
              return method.invoke(policy, args);
            });
  }

  @Test
  void aModelThatAWorkerRegistersWhileItShutsDownIsNotLoadedThere() {
    scene.joins("w", false, true, 100);
    ModelId model = scene.servesWarm("m");
    scene.happens(new Event.ModelWanted("o", "o"));
    scene.submits(model, 1, 200);
    scene.isRefused(scene.infers().getFirst(), ErrorCode.SHUTTING_DOWN);

    scene.answerRegistrations();

    assertTrue(scene.loads().isEmpty());
    ModelStatus last = scene.statuses.getLast();
    assertEquals("o", last.name());
    assertInstanceOf(ModelStatus.Unavailable.class, last);
  }

  @Test
  void aWorkerThatJoinsLaterIsGivenTheModelsThatAreServed() {
    scene.joins("w1", 100);
    scene.serves("m");

    scene.joins("w2", 100);

    ModelStatus.Ready ready = assertInstanceOf(ModelStatus.Ready.class, scene.statuses.getLast());
    assertEquals(2, ready.hosts());
  }

  @Test
  void outcomesOfAWorkerThatHasLeftAreIgnored() {
    WorkerId worker = scene.joins("w", 100);
    ModelId model = scene.servesWarm("m");
    scene.submits(model, 1, 200);
    Action.Infer infer = scene.infers().getFirst();
    scene.happens(new Event.WorkerLeft(worker));
    scene.telemetry.clear();

    scene.succeeds(infer);

    assertEquals(List.of(), scene.telemetry);
  }

  private Verdict.Refused refusal(RequestId request) {
    return assertInstanceOf(Verdict.Refused.class, scene.endOf(request).getFirst());
  }

  private Verdict.Failed failure(RequestId request) {
    return assertInstanceOf(Verdict.Failed.class, scene.endOf(request).getFirst());
  }
}
