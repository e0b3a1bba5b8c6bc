package org.clockwork.test.worker;

import static org.clockwork.test.worker.WorkerScene.MILLIS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.action.Window;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.device.Disturbance;
import org.clockwork.core.device.SimulatedDevice;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.Inputs;
import org.clockwork.core.worker.WorkerConfig;
import org.clockwork.core.worker.WorkerEvent;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;

/** Any actions, sensible or not, in any order of events, with devices that fail now and then. */
class WorkerPropertyTest {
  private static final String[] SOURCES = {"fast_100us", "densenet121", "nosuch"};

  @Test
  void everyActionGetsOneOutcomeAndNothingIsLeftBehind() {
    Seeds.each(3_000, seed -> new Run(seed).play());
  }

  private static final class Run {
    private final RandomGenerator random;
    private final WorkerScene scene;
    private final Set<ActionId> sent = new HashSet<>();
    private final List<Inputs> underWay = new ArrayList<>();

    Run(long seed) {
      random = Seeds.random(seed);
      Disturbance faults =
          (step, model, profiledNanos) -> {
            if (random.nextInt(20) == 0) {
              throw new DeviceException(ErrorCode.RUNTIME_ERROR, "planted");
            }
            return 0;
          };
      WorkerConfig config = new WorkerConfig(20, 4, 1 << 20, 5 * MILLIS, 0);
      scene = new WorkerScene(config, 2, SimulatedDevice.specWithPages(10), faults);
    }

    void play() {
      for (int turn = 0; turn < 150; turn++) {
        switch (random.nextInt(8)) {
          case 0, 1, 2 -> send(anyAction());
          case 3, 4, 5 -> runAnyTask();
          case 6 -> pushAnyInput();
          default -> scene.passes(random.nextLong(3 * MILLIS));
        }
        assertEquals(sent.size(), scene.worker.openActions() + scene.outcomes.size());
      }
      scene.happens(new WorkerEvent.Stopping());
      assertEquals(0, scene.worker.openActions());
      scene.runsAll();
      Set<ActionId> answered = new HashSet<>();
      for (Outcome outcome : scene.outcomes) {
        assertTrue(answered.add(outcome.action()), () -> "answered twice: " + outcome);
      }
      assertEquals(sent, answered);
      for (int gpu = 0; gpu < 2; gpu++) {
        assertEquals(10, scene.worker.freePages(gpu));
        assertEquals(SimulatedDevice.IO_SLOTS, scene.devices.get(gpu).freeSlots());
      }
    }

    private void send(Action action) {
      sent.add(action.id());
      if (action instanceof Action.Infer infer) {
        for (int part = 0; part < infer.parts().size(); part++) {
          underWay.add(WorkerScene.inputsOf(infer, part));
        }
        // Sometimes the inputs are faster than the action.
        if (random.nextBoolean()) {
          pushAnyInput();
        }
      }
      scene.receives(action);
    }

    private void pushAnyInput() {
      if (!underWay.isEmpty()) {
        Inputs inputs = underWay.remove(random.nextInt(underWay.size()));
        scene.happens(new WorkerEvent.InputsArrived(inputs));
      }
    }

    private void runAnyTask() {
      if (!scene.tasks.isEmpty()) {
        scene.tasks.addFirst(scene.tasks.remove(random.nextInt(scene.tasks.size())));
        scene.runsNext();
      }
    }

    private Action anyAction() {
      ModelId model = new ModelId(random.nextInt(3));
      int gpu = random.nextInt(20) == 0 ? 2 : random.nextInt(2);
      long earliestNanos = scene.nowNanos + random.nextLong(-2 * MILLIS, 10 * MILLIS);
      Window window = new Window(earliestNanos, earliestNanos + random.nextLong(20 * MILLIS));
      return switch (random.nextInt(12)) {
        case 0, 1 ->
            new Action.Register(
                scene.nextAction(), model, "m" + model.value(), SOURCES[model.value()]);
        case 2 -> new Action.Withdraw(scene.nextAction(), model);
        case 3, 4 -> new Action.Load(scene.nextAction(), gpu, model, window);
        case 5 -> new Action.Unload(scene.nextAction(), gpu, model, window);
        default -> infer(gpu, model, window);
      };
    }

    private Action infer(int gpu, ModelId model, Window window) {
      int batch = 1 + random.nextInt(4);
      List<Action.Part> parts = new ArrayList<>();
      for (int part = 0; part < batch; part++) {
        parts.add(
            new Action.Part(
                scene.nextRequest(),
                1,
                random.nextBoolean() ? WorkerScene.held() : WorkerScene.inline()));
      }
      return new Action.Infer(scene.nextAction(), gpu, model, batch, parts, window);
    }
  }
}
