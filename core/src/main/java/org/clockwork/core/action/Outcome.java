package org.clockwork.core.action;

import org.clockwork.core.model.HostedModel;

/**
 * What became of an action. Every action gets exactly one. Times are the worker's until they are
 * translated once, where the message enters the controller.
 */
public sealed interface Outcome {

  ActionId action();

  Stamps stamps();

  /** The same outcome on a clock that is {@code offsetNanos} ahead of the one it was told on. */
  Outcome shifted(long offsetNanos);

  /** When the worker took the action and when it sent this; also what clocks are compared by. */
  record Stamps(long receivedNanos, long sentNanos) {
    public Stamps shifted(long offsetNanos) {
      return new Stamps(receivedNanos + offsetNanos, sentNanos + offsetNanos);
    }
  }

  /**
   * What was asked for is computed.
   *
   * @param clock that the GPU ran at during EXEC
   */
  record Inferred(
      ActionId action, Span input, Span exec, Span output, GpuClock clock, Stamps stamps)
      implements Outcome {
    /** On a device that tells no clock. */
    public Inferred(ActionId action, Span input, Span exec, Span output, Stamps stamps) {
      this(action, input, exec, output, GpuClock.UNTOLD, stamps);
    }

    @Override
    public Inferred shifted(long offsetNanos) {
      return new Inferred(
          action,
          input.shifted(offsetNanos),
          exec.shifted(offsetNanos),
          output.shifted(offsetNanos),
          clock,
          stamps.shifted(offsetNanos));
    }
  }

  record Loaded(ActionId action, Span load, Stamps stamps) implements Outcome {
    @Override
    public Loaded shifted(long offsetNanos) {
      return new Loaded(action, load.shifted(offsetNanos), stamps.shifted(offsetNanos));
    }
  }

  record Unloaded(ActionId action, Stamps stamps) implements Outcome {
    @Override
    public Unloaded shifted(long offsetNanos) {
      return new Unloaded(action, stamps.shifted(offsetNanos));
    }
  }

  /** The model is in host memory; its profile was measured or read. */
  record Registered(ActionId action, HostedModel model, Stamps stamps) implements Outcome {
    @Override
    public Registered shifted(long offsetNanos) {
      return new Registered(action, model, stamps.shifted(offsetNanos));
    }
  }

  /**
   * Nothing was registered: there is no model of that name, but versions of one.
   *
   * @param highest of them
   */
  record Versioned(ActionId action, long highest, Stamps stamps) implements Outcome {
    @Override
    public Versioned shifted(long offsetNanos) {
      return new Versioned(action, highest, stamps.shifted(offsetNanos));
    }
  }

  record Withdrawn(ActionId action, Stamps stamps) implements Outcome {
    @Override
    public Withdrawn shifted(long offsetNanos) {
      return new Withdrawn(action, stamps.shifted(offsetNanos));
    }
  }

  /** Not done, and never will be. */
  record Refused(ActionId action, ErrorCode code, String reason, Stamps stamps) implements Outcome {
    @Override
    public Refused shifted(long offsetNanos) {
      return new Refused(action, code, reason, stamps.shifted(offsetNanos));
    }
  }
}
