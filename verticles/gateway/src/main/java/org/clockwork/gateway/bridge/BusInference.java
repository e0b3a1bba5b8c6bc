package org.clockwork.gateway.bridge;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.ByteBuffer;
import java.util.List;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.gateway.AnswerJson;
import org.clockwork.gateway.Call;
import org.clockwork.gateway.GatewayVerticle;
import org.clockwork.gateway.InferQuestion;
import org.clockwork.gateway.json.Attachment;
import org.clockwork.gateway.json.MalformedException;
import org.clockwork.gateway.json.TensorJson.Encoding;

/**
 * An inference that a client asks of the gateway that it is connected to. It doesn't go by the
 * event bus: that would choose any gateway, copy the tensors, and know nothing of a client that has
 * gone meanwhile.
 */
final class BusInference implements Asked {
  private final GatewayVerticle gateway;
  private final Context door;
  private final InferQuestion question;
  private final Promise<Reply> reply = Promise.promise();
  private Runnable cancellation = () -> {};
  private boolean cancelled;

  private BusInference(GatewayVerticle gateway, Context door, InferQuestion question) {
    this.gateway = gateway;
    this.door = door;
    this.question = question;
  }

  /** What can't be read is answered at once. */
  static Asked of(GatewayVerticle gateway, Context door, Object body, Attachment attachment) {
    try {
      BusInference inference =
          new BusInference(gateway, door, InferQuestion.read(body, attachment));
      inference.begin();
      return inference;
    } catch (MalformedException wrong) {
      return Asked.of(Future.succeededFuture(new Reply(AnswerJson.malformed(wrong))));
    }
  }

  private void begin() {
    gateway
        .model(question.submission().model(), "")
        .onSuccess(model -> door.runOnContext(_ -> submit(model)));
  }

  private void submit(ModelStatus model) {
    if (cancelled) {
      return;
    }
    List<TensorSpec> outputs =
        model instanceof ModelStatus.Ready ready ? ready.spec().outputs() : List.of();
    Call call = gateway.call(question.submission(), question.clientId().orElse(""));
    cancellation = call::cancel;
    call.answer().onSuccess(answer -> door.runOnContext(_ -> answer(answer, outputs)));
  }

  private void answer(Answer answer, List<TensorSpec> outputs) {
    if (cancelled) {
      return;
    }
    String model = question.submission().model();
    List<ByteBuffer> attached =
        question.encoding() == Encoding.BINARY && answer instanceof Answer.Succeeded success
            ? success.tensors().buffers()
            : List.of();
    reply.complete(
        new Reply(
            AnswerJson.echo(
                question.clientId(), AnswerJson.write(answer, model, outputs, question.encoding())),
            attached));
  }

  @Override
  public Future<Reply> reply() {
    return reply.future();
  }

  @Override
  public void cancel() {
    cancelled = true;
    cancellation.run();
  }
}
