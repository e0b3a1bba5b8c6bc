package org.clockwork.core.action;

import java.util.List;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.Input;
import org.clockwork.core.request.RequestId;

/**
 * One thing that the controller tells a worker to do. A worker runs exactly this inside its window
 * or refuses it; it chooses nothing.
 */
public sealed interface Action {

  /** The action's name; its outcome bears the same. */
  ActionId id();

  ModelId model();

  /** An action on one of the worker's GPUs, inside a window on the worker's clock. */
  sealed interface OnGpu extends Action {
    /** Index of the GPU within its worker. */
    int gpu();

    Window window();
  }

  /**
   * Run the model on one batch. The window is that of the EXEC phase; inputs are copied before it
   * and outputs after it, as soon as each executor is free.
   *
   * @param bucket of the model's, in which all parts are
   * @param batch a compiled batch size; the parts' rows fill it or are padded up to it
   */
  record Infer(
      ActionId id, int gpu, ModelId model, int bucket, int batch, List<Part> parts, Window window)
      implements OnGpu {
    /** Of a model of one shape. */
    public Infer(ActionId id, int gpu, ModelId model, int batch, List<Part> parts, Window window) {
      this(id, gpu, model, 0, batch, parts, window);
    }

    public Infer {
      parts = List.copyOf(parts);
      int rows = 0;
      for (Part part : parts) {
        rows += part.rows();
      }
      if (bucket < 0) {
        throw new IllegalArgumentException(
            "INFER %s is for bucket %d; they are counted from 0".formatted(id, bucket));
      }
      if (rows < 1 || rows > batch) {
        throw new IllegalArgumentException(
            "INFER %s carries %d rows for batch size %d".formatted(id, rows, batch));
      }
    }
  }

  /** One request inside a batch. */
  record Part(RequestId request, int rows, Input input) {}

  /** Copy the weights from host memory into pages of the GPU. */
  record Load(ActionId id, int gpu, ModelId model, Window window) implements OnGpu {}

  /** Give the pages back. Metadata only: it counts as done the moment it arrives. */
  record Unload(ActionId id, int gpu, ModelId model, Window window) implements OnGpu {}

  /** Bring a model of the worker's repository into its host memory under this id and name. */
  record Register(ActionId id, ModelId model, String name, String source) implements Action {}

  /** Forget a model: out of every GPU and out of host memory. */
  record Withdraw(ActionId id, ModelId model) implements Action {}
}
