package org.clockwork.test.worker;

import static org.clockwork.test.worker.WorkerScene.MILLIS;
import static org.clockwork.test.worker.WorkerScene.MODEL;
import static org.clockwork.test.worker.WorkerScene.held;
import static org.clockwork.test.worker.WorkerScene.inline;
import static org.clockwork.test.worker.WorkerScene.inputsOf;
import static org.clockwork.test.worker.WorkerScene.tensors;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.action.Span;
import org.clockwork.core.action.Window;
import org.clockwork.core.device.Device;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.Disturbance;
import org.clockwork.core.device.Executor;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.SimulatedDevice;
import org.clockwork.core.device.Zoo;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.request.Input;
import org.clockwork.core.request.Inputs;
import org.clockwork.core.worker.Announcement;
import org.clockwork.core.worker.Task;
import org.clockwork.core.worker.TaskResult;
import org.clockwork.core.worker.WorkerConfig;
import org.clockwork.core.worker.WorkerEvent;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class WorkerTest {
  private static final DeviceSpec TEN_PAGES = SimulatedDevice.specWithPages(10);

  private WorkerScene scene = new WorkerScene();

  @Nested
  class Register {
    @Test
    void bringsTheModelIntoHostMemoryWithAProfileForEachKindOfDevice() {
      scene.receives(scene.register(MODEL, "fast_100us"));
      scene.runsAll();
      Outcome.Registered registered = (Outcome.Registered) scene.outcome();
      assertEquals(MODEL, registered.model().id());
      assertEquals(Set.of("simulated"), registered.model().profiles().keySet());
    }

    @Test
    void runsOnTheLoadExecutorOfOneDeviceAfterTheOther() {
      scene = new WorkerScene(WorkerConfig.DEFAULT, 2, TEN_PAGES, Disturbance.NONE);
      scene.receives(scene.register(MODEL, "fast_100us"));
      assertEquals(1, scene.tasks.size());
      assertEquals(Executor.LOAD, scene.tasks.getFirst().executor());
      scene.runsNext();
      assertTrue(scene.outcomes.isEmpty());
      assertEquals(1, scene.tasks.getFirst().gpu());
      scene.runsNext();
      assertInstanceOf(Outcome.Registered.class, scene.outcome());
    }

    @Test
    void whatOneDeviceCannotTakeNoneKeeps() {
      scene = new WorkerScene(WorkerConfig.DEFAULT, 2, TEN_PAGES, Disturbance.NONE);
      scene.receives(scene.register(MODEL, "fast_100us"));
      scene.runsNext();
      scene.failsNext(failed(ErrorCode.INVALID_MODEL_PATH));
      assertEquals(ErrorCode.INVALID_MODEL_PATH, scene.refusal());
      assertInstanceOf(Task.Withdraw.class, scene.tasks.getFirst());
      assertEquals(0, scene.tasks.getFirst().gpu());
    }

    @Test
    void whatIsNotTheSameModelOnTwoDevicesNoneKeeps() {
      scene = new WorkerScene(WorkerConfig.DEFAULT, 2, TEN_PAGES, Disturbance.NONE);
      scene.receives(scene.register(MODEL, "fast_100us"));
      scene.runsNext();
      Task.Register second = (Task.Register) scene.tasks.removeFirst();
      Device.Hosted other = scene.hostedBy(second);
      ModelSpec longer =
          new ModelSpec(
              other.spec().name(),
              other.spec().source(),
              List.of(new TensorSpec("tokens", DataType.INT64, List.of(128))),
              other.spec().outputs(),
              other.spec().weightsBytes(),
              0);
      scene.endsAs(
          second,
          new TaskResult.Registered(new Span(0, 0), new Device.Hosted(longer, other.profile())));
      assertEquals(ErrorCode.INVALID_MODEL_PATH, scene.refusal());
      assertEquals(List.of(0, 1), scene.tasks.stream().map(Task::gpu).toList());
      assertTrue(scene.tasks.stream().allMatch(Task.Withdraw.class::isInstance));
    }

    @Test
    void aModelThatTheRepositoryLacksIsLookedForOnceAndRefusedWith41() {
      scene.receives(scene.register(MODEL, "nosuch"));
      scene.receives(scene.register(new ModelId(7), "nosuch"));
      assertEquals(List.of("nosuch"), scene.lookedFor);
      assertEquals(List.of(), scene.outcomes);

      scene.happens(new WorkerEvent.Looked("nosuch", List.of(), "there is no such folder"));

      assertEquals(2, scene.outcomes.size());
      Outcome.Refused refused = (Outcome.Refused) scene.outcomes.getFirst();
      assertEquals(ErrorCode.INVALID_MODEL_PATH, refused.code());
      assertEquals("there is no such folder", refused.reason());
    }

    @Test
    void anIdThatIsLookedForIsTaken() {
      scene.receives(scene.register(MODEL, "nosuch"));
      scene.receives(scene.register(MODEL, "fast_100us"));
      assertEquals(ErrorCode.INVALID_MODEL_ID, scene.refusal());
    }

    @Test
    void aModelThatCameMeanwhileIsOfferedFromThenOnAndServedWhenItIsAskedFor() {
      scene.receives(scene.register(MODEL, "come"));
      scene.happens(new WorkerEvent.Looked("come", List.of(measured("come")), ""));

      assertEquals(
          List.of(new Announcement.Source("come", 0, false)),
          scene.announcements.getFirst().sources().stream()
              .filter(source -> source.name().equals("come"))
              .toList());
      scene.runsAll();
      assertEquals("come", ((Outcome.Registered) scene.outcome()).model().spec().name());
      scene.receives(scene.register(new ModelId(7), "come"));
      assertEquals(List.of("come"), scene.lookedFor, "it is known by now");
    }

    @Test
    void ofANameThatHasVersionsTheHighestIsToldAndAllAreOffered() {
      scene.receives(scene.register(MODEL, "m"));
      scene.happens(new WorkerEvent.Looked("m", List.of(measured("m/9"), measured("m/10")), ""));

      assertEquals(10, ((Outcome.Versioned) scene.outcome()).highest());
      assertTrue(
          scene.announcements.getFirst().sources().stream()
              .anyMatch(source -> source.name().equals("m/9")));
    }

    @Test
    void whatWasWithdrawnIsLookedAtAnewAndKeptWhereNothingElseIsFound() {
      scene.registered().receives(scene.withdraw());
      scene.runsAll();
      scene.outcomes.clear();

      scene.receives(scene.register(new ModelId(7), "fast_100us"));
      assertEquals(List.of("fast_100us"), scene.lookedFor);
      scene.happens(new WorkerEvent.Looked("fast_100us", List.of(), "it is of the zoo"));

      scene.runsAll();
      assertEquals(7, ((Outcome.Registered) scene.outcome()).model().id().value());
      assertEquals(List.of(), scene.announcements, "nothing is new");
    }

    @Test
    void whatIsFoundAfterTheWorkerWasStoppedIsOfNoUse() {
      scene.receives(scene.register(MODEL, "come"));
      scene.happens(new WorkerEvent.Stopping());
      assertEquals(ErrorCode.SHUTTING_DOWN, scene.refusal());

      scene.happens(new WorkerEvent.Looked("come", List.of(measured("come")), ""));

      assertEquals(1, scene.outcomes.size());
      assertEquals(List.of(), scene.announcements);
    }

    private static ModelSource measured(String name) {
      ModelSource.Measured known = Zoo.find("fast_100us").orElseThrow();
      return new ModelSource.Measured(
          new ModelSpec(name, name, known.spec().inputs(), known.spec().outputs(), 1, 0),
          known.profile(),
          ModelSource.ModelSettings.NONE);
    }

    @Test
    void anIdThatIsTakenIsRefusedWith40() {
      scene.registered().receives(scene.register(MODEL, "fast_100us"));
      assertEquals(ErrorCode.INVALID_MODEL_ID, scene.refusal());
    }
  }

  @Nested
  class Load {
    @Test
    void fillsPagesAndTakesItsTime() {
      scene.registered().receives(scene.load());
      assertEquals(3, scene.worker.freePages(0));
      scene.runsAll();
      assertEquals(8_370_000, ((Outcome.Loaded) scene.outcome()).load().nanos());
    }

    @Test
    void anUnknownModelIsRefusedWith52() {
      scene.receives(scene.load());
      assertEquals(ErrorCode.LOAD_UNKNOWN_MODEL, scene.refusal());
    }

    @Test
    void anUnknownGpuIsRefusedWith13() {
      scene.registered();
      scene.receives(new Action.Load(scene.nextAction(), 1, MODEL, scene.soon()));
      assertEquals(ErrorCode.INVALID_GPU, scene.refusal());
    }

    @Test
    void aModelThatIsThereIsRefusedWith21() {
      scene.loaded().receives(scene.load());
      assertEquals(ErrorCode.WEIGHTS_ALREADY_LOADED, scene.refusal());
    }

    @Test
    void aModelThatIsOnItsWayIsRefusedWith21() {
      scene.registered().receives(scene.load());
      scene.receives(scene.load());
      assertEquals(ErrorCode.WEIGHTS_ALREADY_LOADED, scene.refusal());
    }

    @Test
    void tooFewFreePagesAreRefusedWith53() {
      scene.loaded();
      ModelId other = new ModelId(1);
      scene.receives(scene.register(other, "resnet50_v2"));
      scene.runsAll();
      scene.outcomes.clear();
      scene.receives(new Action.Load(scene.nextAction(), 0, other, scene.soon()));
      assertEquals(ErrorCode.INSUFFICIENT_CACHE, scene.refusal());
      assertEquals(3, scene.worker.freePages(0));
    }

    @Test
    void oneThatCameTooLateIsRefusedWith51() {
      scene.registered();
      scene.receives(new Action.Load(scene.nextAction(), 0, MODEL, scene.past()));
      assertEquals(ErrorCode.LOAD_TOO_LATE, scene.refusal());
    }

    @Test
    void oneWhoseExecutorWasTooLateIsRefusedWith51AndGivesItsPagesBack() {
      scene.registered().receives(scene.load());
      scene.nowNanos += 11 * MILLIS;
      scene.runsAll();
      assertEquals(ErrorCode.LOAD_TOO_LATE, scene.refusal());
      assertEquals(10, scene.worker.freePages(0));
    }

    @Test
    void runsOnTheExecutorOfExecWhereTheDeviceCannotDoBoth() {
      DeviceSpec exclusive = new DeviceSpec("simulated", DeviceSpec.PAGE_BYTES, 10, true, 1);
      scene = new WorkerScene(WorkerConfig.DEFAULT, 1, exclusive, Disturbance.NONE).registered();
      scene.receives(scene.load());
      assertEquals(Executor.EXEC, scene.tasks.getFirst().executor());
    }
  }

  @Nested
  class Unload {
    @Test
    void isDoneTheMomentItArrives() {
      scene.loaded().receives(scene.unload());
      assertInstanceOf(Outcome.Unloaded.class, scene.outcome());
      assertEquals(10, scene.worker.freePages(0));
    }

    @Test
    void reachesTheDeviceBeforeALoadIntoItsPages() {
      scene.loaded().receives(scene.unload());
      scene.receives(scene.load());
      assertInstanceOf(Task.Unload.class, scene.tasks.get(0));
      assertInstanceOf(Task.Load.class, scene.tasks.get(1));
      assertTrue(
          scene.tasks.get(0).window().earliestNanos()
              < scene.tasks.get(1).window().earliestNanos());
      assertEquals(scene.tasks.get(0).executor(), scene.tasks.get(1).executor());
    }

    @Test
    void anUnknownModelIsRefusedWith62() {
      scene.receives(scene.unload());
      assertEquals(ErrorCode.UNLOAD_UNKNOWN_MODEL, scene.refusal());
    }

    @Test
    void aModelThatIsNotThereIsRefusedWith63() {
      scene.registered().receives(scene.unload());
      assertEquals(ErrorCode.NOT_IN_CACHE, scene.refusal());
    }

    @Test
    void aModelThatAnAcceptedInferNeedsIsRefusedWith22() {
      scene.loaded().receives(scene.infer(held()));
      scene.receives(scene.unload());
      assertEquals(ErrorCode.WEIGHTS_IN_USE, scene.refusal());
    }

    @Test
    void aModelThatIsBeingLoadedIsRefusedWith22() {
      scene.registered().receives(scene.load());
      scene.receives(scene.unload());
      assertEquals(ErrorCode.WEIGHTS_IN_USE, scene.refusal());
    }

    @Test
    void oneThatCameTooLateIsRefusedWith61() {
      scene.loaded();
      scene.receives(new Action.Unload(scene.nextAction(), 0, MODEL, scene.past()));
      assertEquals(ErrorCode.UNLOAD_TOO_LATE, scene.refusal());
      assertEquals(3, scene.worker.freePages(0));
    }
  }

  @Nested
  class Infer {
    @Test
    void answersEveryPartAndTellsHowLongEachPhaseTook() {
      Action.Infer infer = scene.loaded().infer(inline(), new Input.Generated());
      scene.receives(infer);
      scene.runsAll();
      Outcome.Inferred inferred = (Outcome.Inferred) scene.outcome();
      assertEquals(100_000, inferred.exec().nanos());
      assertEquals(2, scene.outputs.size());
      assertEquals(infer.parts().get(0).request(), scene.outputs.get(0).request());
      assertEquals(infer.parts().get(1).request(), scene.outputs.get(1).request());
      assertEquals(4, scene.outputs.get(0).tensors().bytes());
      assertEquals(100_000, scene.outputs.get(0).execNanos());
      assertEquals(SimulatedDevice.IO_SLOTS, scene.freeSlots());
    }

    @Test
    void copiesItsInputsAtOnceAndExecutesInItsWindow() {
      scene.loaded();
      Window window = new Window(scene.nowNanos + 5 * MILLIS, scene.nowNanos + 6 * MILLIS);
      Action.Infer infer = scene.infer(inline());
      scene.receives(new Action.Infer(infer.id(), 0, MODEL, infer.batch(), infer.parts(), window));
      assertTrue(scene.tasks.getFirst().window().admits(scene.nowNanos));
      scene.runsNext();
      assertEquals(window, scene.tasks.getFirst().window());
    }

    @Test
    void inputsMayComeAfterTheAction() {
      Action.Infer infer = scene.loaded().infer(held(), held());
      scene.receives(infer);
      scene.happens(new WorkerEvent.InputsArrived(inputsOf(infer, 1)));
      assertTrue(scene.tasks.isEmpty());
      scene.happens(new WorkerEvent.InputsArrived(inputsOf(infer, 0)));
      scene.runsAll();
      assertInstanceOf(Outcome.Inferred.class, scene.outcome());
    }

    @Test
    void inputsMayComeBeforeTheAction() {
      Action.Infer infer = scene.loaded().infer(held());
      scene.happens(new WorkerEvent.InputsArrived(inputsOf(infer, 0)));
      scene.receives(infer);
      scene.runsAll();
      assertInstanceOf(Outcome.Inferred.class, scene.outcome());
    }

    @Test
    void theControllerIsToldOnceAllPushedInputsOfABatchAreThere() {
      Action.Infer infer = scene.loaded().infer(4, held(), inline(), held());
      scene.receives(infer);
      scene.happens(new WorkerEvent.InputsArrived(inputsOf(infer, 2)));
      assertEquals(List.of(), scene.inputsArrived);
      scene.happens(new WorkerEvent.InputsArrived(inputsOf(infer, 0)));
      assertEquals(List.of(infer.id()), scene.inputsArrived);
    }

    @Test
    void theControllerIsToldNothingOfInputsThatCameWithTheirAction() {
      scene.loaded().receives(scene.infer(inline()));
      scene.runsAll();
      assertEquals(List.of(), scene.inputsArrived);
    }

    @Test
    void aWithdrawnInputDoesNotHoldUpTheOthersOfItsBatch() {
      Action.Infer infer = scene.loaded().infer(held(), held());
      scene.receives(infer);
      scene.happens(new WorkerEvent.InputsArrived(inputsOf(infer, 0)));
      scene.happens(new WorkerEvent.InputsWithdrawn(infer.parts().get(1).request()));
      scene.runsAll();
      assertInstanceOf(Outcome.Inferred.class, scene.outcome());
      assertEquals(List.of(infer.id()), scene.inputsArrived);
    }

    @Test
    void anInputMayBeWithdrawnBeforeTheActionComes() {
      Action.Infer infer = scene.loaded().infer(held(), held());
      scene.happens(new WorkerEvent.InputsWithdrawn(infer.parts().get(1).request()));
      scene.receives(infer);
      scene.happens(new WorkerEvent.InputsArrived(inputsOf(infer, 0)));
      scene.runsAll();
      assertInstanceOf(Outcome.Inferred.class, scene.outcome());
    }

    @Test
    void inputsAreGivenUpOnceTheDeviceHasCopiedThem() {
      Action.Infer infer = scene.loaded().infer(held());
      scene.receives(infer);
      Inputs inputs = inputsOf(infer, 0);
      scene.happens(new WorkerEvent.InputsArrived(inputs));
      assertEquals(List.of(), scene.through);
      scene.runsNext();
      assertSame(inputs.tensors(), scene.through.getFirst());
    }

    @Test
    void inputsThatNeverComeAreRefusedWith71WhenTheWindowEnds() {
      scene.loaded().receives(scene.infer(held()));
      scene.passes(10 * MILLIS);
      assertTrue(scene.outcomes.isEmpty());
      scene.passes(1);
      assertEquals(ErrorCode.INPUT_TOO_LATE, scene.refusal());
    }

    @Test
    void anInputExecutorThatWasTooLateIsRefusedWith71() {
      scene.loaded().receives(scene.infer(inline()));
      scene.nowNanos += 11 * MILLIS;
      scene.runsAll();
      assertEquals(ErrorCode.INPUT_TOO_LATE, scene.refusal());
    }

    @Test
    void anExecutorThatWasTooLateIsRefusedWith81AndGivesItsSlotBack() {
      scene.loaded().receives(scene.infer(inline()));
      scene.runsNext();
      scene.nowNanos += 11 * MILLIS;
      scene.runsAll();
      assertEquals(ErrorCode.EXEC_TOO_LATE, scene.refusal());
      assertEquals(SimulatedDevice.IO_SLOTS, scene.freeSlots());
    }

    @Test
    void oneThatCameTooLateIsRefusedWith81() {
      Action.Infer infer = scene.loaded().infer(inline());
      scene.nowNanos += 11 * MILLIS;
      scene.receives(infer);
      assertEquals(ErrorCode.EXEC_TOO_LATE, scene.refusal());
    }

    @Test
    void anUnknownModelIsRefusedWith72() {
      scene.receives(scene.infer(inline()));
      assertEquals(ErrorCode.INPUT_UNKNOWN_MODEL, scene.refusal());
    }

    @Test
    void aBatchSizeThatTheModelLacksIsRefusedWith73() {
      scene.loaded().receives(scene.infer(3, inline()));
      assertEquals(ErrorCode.INPUT_INVALID_BATCH_SIZE, scene.refusal());
    }

    @Test
    void aModelThatIsNeitherLoadedNorOnItsWayIsRefusedWith20() {
      scene.registered().receives(scene.infer(inline()));
      assertEquals(ErrorCode.WEIGHTS_NOT_PRESENT, scene.refusal());
    }

    @Test
    void inputsOfTheWrongSizeAreRefusedWith77() {
      scene.loaded().receives(scene.infer(new Input.Inline(tensors(999))));
      assertEquals(ErrorCode.INPUT_BAD_SIZES, scene.refusal());
    }

    @Test
    void heldInputsOfTheWrongSizeAreRefusedWith77() {
      Action.Infer infer = scene.loaded().infer(held());
      scene.receives(infer);
      Inputs wrong = new Inputs(infer.parts().getFirst().request(), tensors(1001));
      scene.happens(new WorkerEvent.InputsArrived(wrong));
      assertEquals(ErrorCode.INPUT_BAD_SIZES, scene.refusal());
    }

    @Test
    void noFreeIoSlotIsRefusedWith76() {
      DeviceSpec oneSlot = new DeviceSpec("simulated", DeviceSpec.PAGE_BYTES, 10, false, 1);
      scene = new WorkerScene(WorkerConfig.DEFAULT, 1, oneSlot, Disturbance.NONE).loaded();
      scene.receives(scene.infer(inline()));
      scene.runsNext();
      scene.receives(scene.infer(inline()));
      scene.tasks.addFirst(scene.tasks.removeLast());
      scene.runsNext();
      assertEquals(ErrorCode.IO_POOL_EXHAUSTED, scene.refusal());
      scene.runsAll();
      assertEquals(1, scene.freeSlots());
    }

    @Test
    void aFaultOfTheDeviceIsRefusedWithItsCodeAndGivesTheSlotBack() {
      Disturbance fault =
          (step, model, profiledNanos) -> {
            if (step == Executor.EXEC) {
              throw new DeviceException(ErrorCode.RUNTIME_ERROR, "planted");
            }
            return 0;
          };
      scene = new WorkerScene(WorkerConfig.DEFAULT, 1, TEN_PAGES, fault).loaded();
      scene.receives(scene.infer(inline()));
      scene.runsAll();
      assertEquals(ErrorCode.RUNTIME_ERROR, scene.refusal());
      assertEquals(SimulatedDevice.IO_SLOTS, scene.freeSlots());
    }

    @Test
    void equalInputsGetEqualAnswers() {
      scene.loaded();
      for (int i = 0; i < 2; i++) {
        scene.receives(scene.infer(inline()));
        scene.runsAll();
      }
      assertEquals(scene.outputs.get(0).tensors(), scene.outputs.get(1).tensors());
    }
  }

  @Nested
  class InferBeforeItsLoadIsThrough {
    @Test
    void executesOnceTheWeightsAreThere() {
      scene.registered().receives(scene.load());
      scene.receives(scene.infer(inline()));
      Task load = scene.tasks.removeFirst();
      scene.runsAll();
      assertTrue(scene.outcomes.isEmpty());
      scene.tasks.add(load);
      scene.runsAll();
      assertInstanceOf(Outcome.Loaded.class, scene.outcomes.get(0));
      assertInstanceOf(Outcome.Inferred.class, scene.outcomes.get(1));
    }

    @Test
    void isRefusedWith82WhereItsWindowEndsFirst() {
      scene.registered().receives(scene.load());
      scene.receives(scene.infer(inline()));
      scene.tasks.removeFirst();
      scene.runsAll();
      scene.passes(11 * MILLIS);
      assertEquals(ErrorCode.EXEC_WEIGHTS_MISSING, scene.refusal());
      scene.runsAll();
      assertEquals(SimulatedDevice.IO_SLOTS, scene.freeSlots());
    }

    @Test
    void isRefusedWith82WhereTheLoadFails() {
      scene.registered().receives(scene.load());
      scene.receives(scene.infer(inline()));
      scene.failsNext(failed(ErrorCode.RUNTIME_ERROR));
      assertEquals(2, scene.outcomes.size());
      assertEquals(
          ErrorCode.EXEC_WEIGHTS_MISSING, ((Outcome.Refused) scene.outcomes.get(0)).code());
      assertEquals(ErrorCode.RUNTIME_ERROR, ((Outcome.Refused) scene.outcomes.get(1)).code());
      scene.runsAll();
      assertEquals(SimulatedDevice.IO_SLOTS, scene.freeSlots());
      assertEquals(10, scene.worker.freePages(0));
    }
  }

  @Nested
  class EarlyInputs {
    private final WorkerConfig twoInputs = new WorkerConfig(10, 2, 1 << 20, 100 * MILLIS, 0);

    @Test
    void theOldestIsDroppedAtTheBoundAndCounted() {
      scene = new WorkerScene(twoInputs, 1, TEN_PAGES, Disturbance.NONE).loaded();
      Action.Infer infer = scene.infer(4, held(), held(), held());
      for (int part = 0; part < 3; part++) {
        scene.happens(new WorkerEvent.InputsArrived(inputsOf(infer, part)));
      }
      assertEquals(1, scene.worker.droppedInputs());
      scene.receives(infer);
      assertTrue(scene.tasks.isEmpty());
      scene.happens(new WorkerEvent.InputsArrived(inputsOf(infer, 0)));
      scene.runsAll();
      assertInstanceOf(Outcome.Inferred.class, scene.outcome());
    }

    @Test
    void theyAreDroppedAtTheirAgeAndCounted() {
      scene = new WorkerScene(twoInputs, 1, TEN_PAGES, Disturbance.NONE).loaded();
      scene.happens(new WorkerEvent.InputsArrived(inputsOf(scene.infer(held()), 0)));
      scene.passes(100 * MILLIS - 1);
      assertEquals(0, scene.worker.droppedInputs());
      scene.passes(1);
      assertEquals(1, scene.worker.droppedInputs());
    }
  }

  @Nested
  class Withdraw {
    @Test
    void takesTheModelOutOfEveryGpuAndOutOfHostMemory() {
      scene.loaded().receives(scene.withdraw());
      assertEquals(10, scene.worker.freePages(0));
      scene.runsAll();
      assertInstanceOf(Outcome.Withdrawn.class, scene.outcome());
      scene.outcomes.clear();
      scene.receives(scene.load());
      assertEquals(ErrorCode.LOAD_UNKNOWN_MODEL, scene.refusal());
    }

    @Test
    void anUnknownModelIsRefusedWith10() {
      scene.receives(scene.withdraw());
      assertEquals(ErrorCode.UNKNOWN_MODEL, scene.refusal());
    }

    @Test
    void aModelInUseIsRefusedWith22() {
      scene.loaded().receives(scene.infer(held()));
      scene.receives(scene.withdraw());
      assertEquals(ErrorCode.WEIGHTS_IN_USE, scene.refusal());
    }
  }

  @Nested
  class Ending {
    @Test
    void aDrainingWorkerRefusesNewActionsWith3AndCarriesOutTheOthers() {
      scene.loaded().receives(scene.infer(inline()));
      scene.happens(new WorkerEvent.Draining());
      assertEquals(1, scene.retirements, "the controller hears of it first");
      scene.receives(scene.infer(inline()));
      assertEquals(ErrorCode.SHUTTING_DOWN, scene.refusal());
      scene.outcomes.clear();
      scene.runsAll();
      assertInstanceOf(Outcome.Inferred.class, scene.outcome());
    }

    @Test
    void aStoppingWorkerAnswersWhatIsLeftAndGivesAllPagesAndSlotsBack() {
      scene.loaded().receives(scene.infer(inline()));
      scene.runsNext();
      scene.receives(scene.infer(held()));
      scene.happens(new WorkerEvent.Stopping());
      assertEquals(2, scene.outcomes.size());
      scene.runsAll();
      assertEquals(2, scene.outcomes.size());
      assertEquals(10, scene.worker.freePages(0));
      assertEquals(SimulatedDevice.IO_SLOTS, scene.freeSlots());
    }

    @Test
    void aLoadThatEndsAfterTheStopGivesItsPagesBack() {
      scene.registered().receives(scene.load());
      scene.happens(new WorkerEvent.Stopping());
      assertEquals(ErrorCode.SHUTTING_DOWN, scene.refusal());
      scene.runsAll();
      assertEquals(10, scene.worker.freePages(0));
    }
  }

  @Test
  void moreActionsThanTheBoundAreRefusedWith11() {
    scene =
        new WorkerScene(new WorkerConfig(2, 2, 1, 1, 0), 1, TEN_PAGES, Disturbance.NONE).loaded();
    scene.receives(scene.infer(inline()));
    scene.receives(scene.infer(inline()));
    scene.receives(scene.infer(inline()));
    assertEquals(ErrorCode.COULD_NOT_START_IN_TIME, scene.refusal());
  }

  @Test
  void anActionThatCameTwiceStillHasOneOutcome() {
    Action.Infer infer = scene.loaded().infer(inline());
    scene.receives(infer);
    scene.receives(infer);
    assertEquals(1, scene.tasks.size());
    scene.runsAll();
    assertInstanceOf(Outcome.Inferred.class, scene.outcome());
    assertEquals(1, scene.worker.duplicateActions());
  }

  @Test
  void ordersOfAnEarlierControllerAreRefusedWith12() {
    scene.loaded();
    scene.receives(new Action.Unload(new ActionId(3, 0), 0, MODEL, Window.ANY));
    scene.outcomes.clear();

    scene.receives(new Action.Load(new ActionId(2, 99), 0, MODEL, Window.ANY));
    assertEquals(ErrorCode.INVALID_ACTION, scene.refusal());

    scene.receives(new Action.Load(new ActionId(3, 1), 0, MODEL, Window.ANY));
    scene.runsAll();
    assertInstanceOf(Outcome.Loaded.class, scene.outcomes.getLast());
  }

  @Test
  void whoShutsDownAnnouncesNothing() {
    scene.loaded().happens(new WorkerEvent.Draining());
    scene.happens(new WorkerEvent.AnnouncementWanted());
    assertTrue(scene.announcements.isEmpty());
  }

  @Test
  void itAnnouncesWhatItHas() {
    scene.loaded().happens(new WorkerEvent.AnnouncementWanted());
    Announcement said = scene.announcements.getFirst();
    assertEquals(WorkerScene.ID, said.worker());
    assertEquals(List.of(TEN_PAGES), said.gpus());
    assertEquals(65, said.sources().size());
    assertEquals(MODEL, said.hosted().getFirst().id());
    assertEquals(List.of(Set.of(MODEL)), said.resident());
  }

  private static TaskResult.Failed failed(ErrorCode code) {
    return new TaskResult.Failed(new Span(0, 0), code, "planted");
  }
}
