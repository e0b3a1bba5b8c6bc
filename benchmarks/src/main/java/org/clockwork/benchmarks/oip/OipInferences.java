package org.clockwork.benchmarks.oip;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import org.clockwork.client.Inferences;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.RequestId;

/**
 * The load engine's way to any server of the Open Inference Protocol. What the protocol doesn't
 * tell, such as where a request ran, is made up; the load engine counts none of it, and takes the
 * time by itself.
 */
public abstract class OipInferences implements Inferences, AutoCloseable {
  private static final GatewayId NO_GATEWAY = new GatewayId("client");
  private static final GpuId NO_GPU = new GpuId(new WorkerId("unknown"), 0);

  private final ModelSpec model;
  private final Map<String, Long> parameters;
  private long asked;

  /**
   * @param parameters of each request
   */
  OipInferences(ModelSpec model, Map<String, Long> parameters) {
    this.model = model;
    this.parameters = Map.copyOf(parameters);
  }

  final ModelSpec model() {
    return model;
  }

  final Map<String, Long> parameters() {
    return parameters;
  }

  /** What became of one request; fails where there was no answer of the protocol at all. */
  abstract Future<Ended> ask(Tensors inputs);

  /** How a server ended a request, in the few ways that are told apart. */
  enum Ended {
    ANSWERED,
    REFUSED,
    TIMED_OUT,
    FAILED
  }

  @Override
  public final Future<Answer> infer(Submission submission) {
    if (!(submission.payload() instanceof Submission.Payload.Ordered(Tensors inputs))) {
      throw new IllegalArgumentException("only inputs in the model's order are sent from here");
    }
    RequestId id = new RequestId(NO_GATEWAY, asked++);
    return ask(inputs).map(ended -> answer(id, ended, inputs));
  }

  private static Answer answer(RequestId id, Ended ended, Tensors inputs) {
    return switch (ended) {
      case ANSWERED ->
          new Answer.Succeeded(id, 0, true, inputs, NO_GPU, 1, false, 0, 0, 0, 0, 0, 0);
      case REFUSED -> new Answer.Refused(id, 0, RefusalCause.QUEUE, "", 0);
      case TIMED_OUT -> new Answer.TimedOut(id, 0);
      case FAILED -> new Answer.Failed(id, 0, ErrorCode.RUNTIME_ERROR, "");
    };
  }

  /** It is served already: who starts the server waits for that. */
  @Override
  public final Future<List<ModelStatus>> load(String source, int copies) {
    return Future.succeededFuture(List.of(new ModelStatus.Ready(new ModelId(0), model, 1, 1, 1)));
  }

  @Override
  public abstract void close();
}
