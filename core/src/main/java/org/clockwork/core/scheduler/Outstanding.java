package org.clockwork.core.scheduler;

import java.util.List;
import java.util.Optional;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.telemetry.Telemetry.Prediction;

/** An action that was sent and has no outcome yet, and what was predicted of it. */
sealed interface Outstanding {

  ActionId id();

  Host host();

  Prediction prediction();

  /** What it takes as often as not; its prediction leaves room for it to take longer. */
  default long typicalNanos() {
    return prediction().durationNanos();
  }

  /**
   * @param transfer of the inputs that gateways push for it, where they do
   */
  record Infer(
      ActionId id,
      Replica replica,
      int batch,
      List<Pending> requests,
      Optional<InputLink.Transfer> transfer,
      Prediction prediction,
      long typicalNanos)
      implements Outstanding {
    @Override
    public Host host() {
      return replica.gpu().host();
    }
  }

  record Load(ActionId id, Residence residence, Prediction prediction) implements Outstanding {
    @Override
    public Host host() {
      return residence.gpu().host();
    }
  }

  record Unload(ActionId id, Residence residence, Prediction prediction) implements Outstanding {
    @Override
    public Host host() {
      return residence.gpu().host();
    }
  }

  record Register(ActionId id, Host host, Weights model, Prediction prediction)
      implements Outstanding {}

  record Withdraw(ActionId id, Host host, ModelId model, Prediction prediction)
      implements Outstanding {}
}
