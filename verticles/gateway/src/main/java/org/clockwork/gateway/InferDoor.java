package org.clockwork.gateway;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import java.util.List;
import java.util.function.Function;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.ModelTable;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.gateway.json.MalformedException;

/**
 * {@code clockwork.infer}: inference in JSON. Always replies with a JSON object, also when
 * something is wrong: a failed message looks different to every client library.
 */
record InferDoor(Function<Submission, Future<Answer>> gateway, ModelTable models) {

  void on(Message<Object> message) {
    try {
      InferQuestion question = InferQuestion.read(message.body());
      String model = question.submission().model();
      // Read now: by the time of the answer the model may have gone.
      List<TensorSpec> outputs = outputsOf(model);
      gateway
          .apply(question.submission().in(Traces.of(message)))
          .map(answer -> AnswerJson.write(answer, model, outputs, question.encoding()))
          .onSuccess(json -> message.reply(AnswerJson.echo(question.clientId(), json)));
    } catch (MalformedException wrong) {
      message.reply(AnswerJson.malformed(wrong));
    }
  }

  private List<TensorSpec> outputsOf(String model) {
    return models.get(model) instanceof ModelStatus.Ready ready
        ? ready.spec().outputs()
        : List.of();
  }
}
