package org.clockwork.gateway;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.BiFunction;
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
record InferDoor(BiFunction<Submission, String, Future<Answer>> gateway, ModelTable models) {

  void on(Message<Object> message) {
    try {
      InferQuestion question = InferQuestion.read(message.body());
      Submission submission = question.submission().in(Traces.of(message));
      ask(question, submission, models.find(submission.model()))
          .onSuccess(json -> message.reply(AnswerJson.echo(question.clientId(), json)));
    } catch (MalformedException wrong) {
      message.reply(AnswerJson.malformed(wrong));
    }
  }

  /**
   * @param model looked at now: by the time of the answer it may have gone
   */
  private Future<JsonObject> ask(InferQuestion question, Submission submission, ModelStatus model) {
    return gateway
        .apply(submission, question.clientId().orElse(""))
        .compose(
            answer -> {
              ModelStatus now = models.find(submission.model());
              return ModelSwitch.happened(answer, model, now)
                  ? ask(question, submission, now)
                  : Future.succeededFuture(
                      AnswerJson.write(
                          answer, model.name(), outputsOf(model), question.encoding()));
            });
  }

  private static List<TensorSpec> outputsOf(ModelStatus model) {
    return model instanceof ModelStatus.Ready ready ? ready.spec().outputs() : List.of();
  }
}
