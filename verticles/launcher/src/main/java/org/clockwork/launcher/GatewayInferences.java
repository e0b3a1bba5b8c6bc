package org.clockwork.launcher;

import io.vertx.core.Future;
import java.util.List;
import org.clockwork.client.Inferences;
import org.clockwork.client.ModelUnavailableException;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Submission;
import org.clockwork.gateway.GatewayVerticle;

/** A gateway of this process, as clients know it: neither role sees the other. */
record GatewayInferences(GatewayVerticle gateway) implements Inferences {
  @Override
  public Future<Answer> infer(Submission submission) {
    return gateway.infer(submission);
  }

  @Override
  public Future<List<ModelStatus>> load(String source, int copies) {
    return gateway
        .load(source, source, copies)
        .recover(
            cause ->
                Future.failedFuture(new ModelUnavailableException(source, cause.getMessage())));
  }
}
