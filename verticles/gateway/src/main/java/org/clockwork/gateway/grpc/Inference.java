package org.clockwork.gateway.grpc;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;
import org.clockwork.core.model.ModelName;
import org.clockwork.gateway.json.MalformedException;
import org.clockwork.gateway.oip.Asked;
import org.clockwork.gateway.oip.ComplaintException;
import org.clockwork.gateway.oip.Gate;
import org.clockwork.gateway.oip.Question;
import org.clockwork.gateway.oip.Reply;
import org.clockwork.gateway.oip.Wishes;
import org.clockwork.gateway.sharedmemory.SharedTensors;
import org.clockwork.protocol.inference.ModelInferRequest;
import org.clockwork.protocol.inference.ModelInferResponse;

/** One inference over gRPC, on a call of its own or on a stream; its client may go at any time. */
final class Inference {
  private final Gate gate;
  private final ModelInferRequest request;
  private final Wishes wishes;
  private final SharedTensors shared;
  private final Promise<ModelInferResponse> answered = Promise.promise();
  private Optional<Asked> asked = Optional.empty();
  private boolean cancelled;

  /**
   * @param wishes from the metadata of the call
   */
  Inference(Gate gate, ModelInferRequest request, Wishes wishes, SharedTensors shared) {
    this.gate = gate;
    this.request = request;
    this.wishes = wishes;
    this.shared = shared;
  }

  /** Fails with what its client is told; never comes to anything once it was cancelled. */
  Future<ModelInferResponse> begin() {
    try {
      boolean raw = InferMessages.raw(request);
      Question question = InferMessages.question(request, wishes, shared);
      Asked begun = gate.ask(request.getModelName(), request.getModelVersion(), question, raw);
      asked = Optional.of(begun);
      begun.reply().onSuccess(reply -> tell(reply, question, begun, raw)).onFailure(this::refuse);
    } catch (MalformedException | RuntimeException wrong) {
      refuse(wrong); // What nobody thought of is answered too, as our own mistake.
    }
    return answered.future();
  }

  void cancel() {
    cancelled = true;
    asked.ifPresent(Asked::cancel);
  }

  private void tell(Reply reply, Question question, Asked by, boolean raw) {
    switch (reply) {
      case Reply.Refused(var complaint) -> refuse(new ComplaintException(complaint));
      case Reply.Answered result when !cancelled ->
          answered.complete(
              InferMessages.response(
                  result, ModelName.of(by.model().name()), question.clientId(), raw));
      case Reply.Answered _ -> {} // Nobody is left to hear it.
    }
  }

  private void refuse(Throwable cause) {
    if (!cancelled) {
      answered.fail(cause);
    }
  }
}
