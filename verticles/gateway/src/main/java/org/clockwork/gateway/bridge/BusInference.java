package org.clockwork.gateway.bridge;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.request.Traceparent;
import org.clockwork.gateway.AnswerJson;
import org.clockwork.gateway.Call;
import org.clockwork.gateway.GatewayVerticle;
import org.clockwork.gateway.InferQuestion;
import org.clockwork.gateway.ModelSwitch;
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
  private final Submission submission;
  private final Promise<Reply> reply = Promise.promise();
  private Runnable cancellation = () -> {};
  private boolean cancelled;

  private BusInference(
      GatewayVerticle gateway, Context door, InferQuestion question, Submission submission) {
    this.gateway = gateway;
    this.door = door;
    this.question = question;
    this.submission = submission;
  }

  /** What can't be read is answered at once. */
  static Asked of(
      GatewayVerticle gateway,
      Context door,
      Object body,
      Attachment attachment,
      Optional<Traceparent> trace) {
    try {
      InferQuestion question = InferQuestion.read(body, attachment);
      BusInference inference =
          new BusInference(gateway, door, question, question.submission().in(trace));
      inference.begin();
      return inference;
    } catch (MalformedException wrong) {
      return Asked.of(Future.succeededFuture(new Reply(AnswerJson.malformed(wrong))));
    }
  }

  private void begin() {
    model().onSuccess(this::submit);
  }

  /** What the name that was asked for stands for now. */
  private Future<ModelStatus> model() {
    Promise<ModelStatus> found = Promise.promise();
    gateway
        .model(submission.model(), "")
        .onSuccess(model -> door.runOnContext(_ -> found.complete(model)));
    return found.future();
  }

  private void submit(ModelStatus model) {
    if (cancelled) {
      return;
    }
    Call call = gateway.call(submission, question.clientId().orElse(""));
    cancellation = call::cancel;
    call.answer().onSuccess(answer -> door.runOnContext(_ -> hear(answer, model)));
  }

  private void hear(Answer answer, ModelStatus asked) {
    if (answer instanceof Answer.Failed) {
      model().onSuccess(now -> take(answer, asked, now));
    } else {
      take(answer, asked, asked);
    }
  }

  private void take(Answer answer, ModelStatus asked, ModelStatus now) {
    if (ModelSwitch.happened(answer, asked, now)) {
      submit(now);
    } else if (!cancelled) {
      reply.complete(reply(answer, asked));
    }
  }

  private Reply reply(Answer answer, ModelStatus model) {
    List<TensorSpec> outputs =
        model instanceof ModelStatus.Ready ready ? ready.spec().outputs() : List.of();
    List<ByteBuffer> attached =
        question.encoding() == Encoding.BINARY && answer instanceof Answer.Succeeded success
            ? success.tensors().buffers()
            : List.of();
    return new Reply(
        AnswerJson.echo(
            question.clientId(),
            AnswerJson.write(answer, model.name(), outputs, question.encoding())),
        attached);
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
