package org.clockwork.core.worker;

import java.util.List;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.Window;
import org.clockwork.core.device.Device.Inference;
import org.clockwork.core.device.Executor;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.PageSet;
import org.clockwork.core.model.ModelId;

/**
 * One thing for one executor to do: the part of an action that a single device call carries out. An
 * INFER becomes {@link Input}, {@link Exec} and {@link Output}, one after the other.
 */
public sealed interface Task {

  /** The action that it belongs to. */
  ActionId action();

  int gpu();

  ModelId model();

  Executor executor();

  /** When it may begin; {@link Window#ANY} for what has no hurry and no limit. */
  default Window window() {
    return Window.ANY;
  }

  /** Takes seconds where a model is measured, so it never shares the executor of EXEC. */
  record Register(ActionId action, int gpu, ModelId model, String name, ModelSource source)
      implements Task {
    @Override
    public Executor executor() {
      return Executor.LOAD;
    }
  }

  record Withdraw(ActionId action, int gpu, ModelId model, Executor executor) implements Task {}

  record Load(
      ActionId action, int gpu, ModelId model, PageSet pages, Executor executor, Window window)
      implements Task {}

  /** Runs before any LOAD that was accepted after it: its window has always been open. */
  record Unload(ActionId action, int gpu, ModelId model, Executor executor) implements Task {}

  /** Reserves an io slot and copies the inputs; the most urgent batch first. */
  record Input(
      ActionId action,
      int gpu,
      ModelId model,
      int bucket,
      int batch,
      List<Feed> feeds,
      Window window)
      implements Task {
    public Input {
      feeds = List.copyOf(feeds);
    }

    @Override
    public Executor executor() {
      return Executor.INPUT;
    }
  }

  record Exec(
      ActionId action,
      int gpu,
      ModelId model,
      int bucket,
      int batch,
      Inference inference,
      Window window)
      implements Task {
    @Override
    public Executor executor() {
      return Executor.EXEC;
    }
  }

  /** Copies the outputs and gives the io slot back. */
  record Output(ActionId action, int gpu, ModelId model, Inference inference) implements Task {
    @Override
    public Executor executor() {
      return Executor.OUTPUT;
    }
  }

  /** Gives back the io slot of a batch that goes no further. */
  record Release(ActionId action, int gpu, ModelId model, Inference inference) implements Task {
    @Override
    public Executor executor() {
      return Executor.OUTPUT;
    }
  }
}
