package org.clockwork.core.worker;

import java.util.ArrayList;
import java.util.List;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.action.Span;
import org.clockwork.core.device.Clock;
import org.clockwork.core.device.Device;
import org.clockwork.core.device.Device.Inference;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.model.Tensors;

/**
 * Turns a task into its device call and the call's end into a result. The live executors and the
 * simulator both run tasks through it; only their clocks differ. Each executor's tasks come from
 * one thread at a time.
 */
public final class TaskRunner {
  private final List<Device> devices;
  private final Clock clock;
  private final GeneratedInputs generated = new GeneratedInputs();

  /**
   * @param clock of these devices; in simulation, where no call takes real time, it stands at the
   *     task's end when {@link #run} returns
   */
  public TaskRunner(List<Device> devices, Clock clock) {
    this.devices = List.copyOf(devices);
    this.clock = clock;
  }

  /** Runs the task now; returns when the device is through with it. */
  public TaskResult run(Task task) {
    long begunNanos = clock.nanos();
    // The queue looked at the clock a moment ago; this look is the one that counts.
    if (begunNanos > task.window().latestNanos()) {
      return new TaskResult.TooLate(begunNanos);
    }
    try {
      return call(task, begunNanos);
    } catch (DeviceException e) {
      return failed(begunNanos, e.code(), e.getMessage());
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      // A device that breaks its contract costs this action, never the executor.
      return failed(begunNanos, ErrorCode.RUNTIME_ERROR, task + " broke its device: " + e);
    }
  }

  private TaskResult call(Task task, long begunNanos) throws DeviceException {
    Device device = devices.get(task.gpu());
    switch (task) {
      case Task.Register register -> {
        Device.Hosted hosted =
            device.register(register.model(), register.name(), register.source());
        return new TaskResult.Registered(since(begunNanos), hosted);
      }
      case Task.Withdraw withdraw -> device.withdraw(withdraw.model());
      case Task.Load load -> device.load(load.model(), load.pages());
      case Task.Unload unload -> device.unload(unload.model());
      case Task.Input input -> {
        Inference inference =
            device.infer(input.model(), input.bucket(), input.batch(), tensors(input.feeds()));
        copyInputs(inference);
        return new TaskResult.Copied(since(begunNanos), inference);
      }
      case Task.Exec exec -> exec.inference().exec();
      case Task.Output output -> {
        try (Inference inference = output.inference()) {
          List<Tensors> outputs = inference.output();
          return new TaskResult.Answered(since(begunNanos), outputs, inference.observed().clock());
        }
      }
      case Task.Release release -> release.inference().close();
    }
    return new TaskResult.Done(since(begunNanos));
  }

  /** Leaves no io slot behind where copying fails: nobody else has seen the inference yet. */
  private static void copyInputs(Inference inference) throws DeviceException {
    boolean copied = false;
    try {
      inference.input();
      copied = true;
    } finally {
      if (!copied) {
        inference.close();
      }
    }
  }

  private List<Tensors> tensors(List<Feed> feeds) {
    List<Tensors> tensors = new ArrayList<>(feeds.size());
    for (Feed feed : feeds) {
      tensors.add(tensors(feed));
    }
    return tensors;
  }

  private Tensors tensors(Feed feed) {
    return switch (feed) {
      case Feed.Given(Tensors tensors) -> tensors;
      case Feed.Generated none -> generated.tensors(none);
    };
  }

  private TaskResult failed(long begunNanos, ErrorCode code, String reason) {
    return new TaskResult.Failed(since(begunNanos), code, reason);
  }

  private Span since(long begunNanos) {
    return new Span(begunNanos, clock.nanos());
  }
}
