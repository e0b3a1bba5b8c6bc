package org.clockwork.gateway.oip;

import io.vertx.core.Future;
import java.util.Optional;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Submission;
import org.clockwork.gateway.Asking;
import org.clockwork.gateway.json.MalformedException;

/**
 * A question of which all has been read, on its way through the gateway, where it meets its model.
 */
final class Enquiry implements Asking {
  private final Question question;
  private final boolean binary;

  /** Written on the gateway's event loop before there is an answer, read at the door after it. */
  private Optional<ModelStatus.Ready> model = Optional.empty();

  Enquiry(Question question, boolean binary) {
    this.question = question;
    this.binary = binary;
  }

  @Override
  public Submission of(ModelStatus.Ready ready) throws MalformedException {
    question.check(ready.spec());
    model = Optional.of(ready);
    return question.submission(ready.name());
  }

  @Override
  public String clientName() {
    return question.clientId();
  }

  /** Which one it was asked of, where it came in. */
  Optional<ModelStatus.Ready> model() {
    return model;
  }

  /**
   * Fails with what its client is told where it couldn't come in.
   *
   * @param name of the model that was asked for
   */
  Future<Reply> reply(Answer answer, String name) {
    return model.isPresent()
        ? Future.succeededFuture(Reply.of(answer, question, model.get(), binary))
        : Future.failedFuture(new ComplaintException(Reply.complaint(answer, name)));
  }
}
