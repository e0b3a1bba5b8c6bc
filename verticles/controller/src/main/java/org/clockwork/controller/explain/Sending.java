package org.clockwork.controller.explain;

import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.telemetry.Telemetry.ActionSent;
import org.clockwork.core.telemetry.Telemetry.Prediction;

/**
 * A batch that was sent, without the inputs that it carried.
 *
 * @param batch the compiled batch size
 * @param requests in the batch
 * @param latestNanos when EXEC had to begin at the latest
 */
record Sending(
    ActionId action, GpuId gpu, int batch, int requests, Prediction prediction, long latestNanos) {

  static Sending of(ActionSent sent, Action.Infer infer) {
    return new Sending(
        infer.id(),
        sent.gpu(),
        infer.batch(),
        infer.parts().size(),
        sent.prediction(),
        infer.window().latestNanos());
  }
}
