package org.clockwork.gateway.grpc;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.gateway.Call;
import org.clockwork.gateway.json.MalformedException;
import org.clockwork.gateway.oip.ComplaintException;
import org.clockwork.gateway.oip.Gate;
import org.clockwork.gateway.oip.Question;
import org.clockwork.gateway.oip.Reply;
import org.clockwork.gateway.oip.Wishes;
import org.clockwork.protocol.inference.ModelInferRequest;
import org.clockwork.protocol.inference.ModelInferResponse;

/** One inference over gRPC, on a call of its own or on a stream; its client may go at any time. */
final class Inference {
  private final Gate gate;
  private final ModelInferRequest request;
  private final Wishes wishes;
  private final Promise<ModelInferResponse> answered = Promise.promise();
  private Optional<Call> call = Optional.empty();
  private boolean cancelled;

  /**
   * @param wishes from the metadata of the call
   */
  Inference(Gate gate, ModelInferRequest request, Wishes wishes) {
    this.gate = gate;
    this.request = request;
    this.wishes = wishes;
  }

  /** Fails with what its client is told; never comes to anything once it was cancelled. */
  Future<ModelInferResponse> begin() {
    gate.receive(request.getModelName(), request.getModelVersion())
        .onSuccess(this::ask)
        .onFailure(this::refuse);
    return answered.future();
  }

  void cancel() {
    cancelled = true;
    call.ifPresent(Call::cancel);
  }

  private void ask(ModelStatus.Ready model) {
    if (cancelled) {
      return;
    }
    try {
      Question question = InferMessages.question(request, wishes);
      question.check(model.spec());
      Call begun = gate.call(question.submission(model.name()), question.clientId());
      call = Optional.of(begun);
      begun.answer().onSuccess(answer -> tell(answer, question, model));
    } catch (MalformedException | RuntimeException wrong) {
      refuse(wrong); // What nobody thought of is answered too, as our own mistake.
    }
  }

  private void tell(Answer answer, Question question, ModelStatus.Ready model) {
    if (cancelled) {
      return;
    }
    boolean raw = InferMessages.raw(request);
    switch (Reply.of(answer, question, model, raw)) {
      case Reply.Refused(var complaint) -> refuse(new ComplaintException(complaint));
      case Reply.Answered reply ->
          answered.complete(InferMessages.response(reply, model.name(), question.clientId(), raw));
    }
  }

  private void refuse(Throwable cause) {
    if (!cancelled) {
      answered.fail(cause);
    }
  }
}
