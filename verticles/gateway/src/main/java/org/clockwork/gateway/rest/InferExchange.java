package org.clockwork.gateway.rest;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Shown;
import org.clockwork.core.model.ModelName;
import org.clockwork.gateway.Call;
import org.clockwork.gateway.DoorsConfig;
import org.clockwork.gateway.json.MalformedException;
import org.clockwork.gateway.oip.ComplaintException;
import org.clockwork.gateway.oip.Gate;
import org.clockwork.gateway.oip.Question;
import org.clockwork.gateway.oip.ReadingBudget;
import org.clockwork.gateway.oip.Reply;
import org.clockwork.gateway.oip.Wishes;
import org.clockwork.gateway.sharedmemory.SharedMemory;
import org.clockwork.gateway.tokens.Bearer;

/**
 * One inference over HTTP, from its headers to its reply. What its headers are enough to refuse is
 * refused before the tensors are read, and for a client that has gone nothing is run.
 */
final class InferExchange {
  static final String JSON_LENGTH = "Inference-Header-Content-Length";

  private final HttpServerRequest request;
  private final Bearer bearer;
  private final Gate gate;
  private final DoorsConfig config;
  private final ReadingBudget budget;
  private final SharedMemory memory;
  private final Replies replies;
  private final String model;
  private final String version;
  private Optional<Call> call = Optional.empty();
  private boolean gone;

  /**
   * @param version of the model; empty for the highest that is ready
   */
  InferExchange(
      String model,
      String version,
      HttpServerRequest request,
      Bearer bearer,
      Gate gate,
      DoorsConfig config,
      ReadingBudget budget,
      SharedMemory memory,
      Replies replies) {
    this.model = model;
    this.version = version;
    this.request = request;
    this.bearer = bearer;
    this.gate = gate;
    this.config = config;
    this.budget = budget;
    this.memory = memory;
    this.replies = replies;
  }

  void begin() {
    request.pause();
    request.response().closeHandler(_ -> leave());
    try {
      if (Body.announced(request) > config.limits().maxBodyBytes()) {
        throw new ComplaintException(Body.tooLarge(config.limits().maxBodyBytes()));
      }
      Wishes wishes = Wishes.of(request.headers()).as(bearer.tenant());
      OptionalInt jsonLength = jsonLength();
      gate.receive(model, version)
          .onSuccess(ready -> read(ready, wishes, jsonLength))
          .onFailure(this::refuse);
    } catch (ComplaintException | MalformedException wrong) {
      refuse(wrong);
    }
  }

  private OptionalInt jsonLength() throws MalformedException {
    String header = request.getHeader(JSON_LENGTH);
    if (header == null) {
      return OptionalInt.empty();
    }
    int length = -1;
    try {
      length = Integer.parseInt(header);
    } catch (NumberFormatException _) {
      // As wrong as a negative one.
    }
    if (length < 0) {
      throw new MalformedException(
          "header '%s' is %s; a number of bytes is expected"
              .formatted(JSON_LENGTH, Shown.text(header)));
    }
    return OptionalInt.of(length);
  }

  private void read(ModelStatus.Ready served, Wishes wishes, OptionalInt jsonLength) {
    if (gone) {
      return;
    }
    if (Replies.expectsContinue(request)) {
      request.response().writeContinue();
    }
    Body.read(request, config.limits().maxBodyBytes(), budget)
        .onSuccess(body -> ask(served, wishes, jsonLength, body))
        .onFailure(this::refuse);
  }

  private void ask(
      ModelStatus.Ready served, Wishes wishes, OptionalInt jsonLength, ByteBuffer body) {
    try {
      InferBody.Read read =
          InferBody.read(
              body.duplicate().order(body.order()),
              jsonLength,
              config.limits().maxJsonBytes(),
              wishes,
              served.spec(),
              memory.tensors(request.connection()));
      read.question().check(served.spec());
      if (!gone) {
        Question question = read.question();
        Call begun = gate.call(question.submission(served.name()), question.clientId());
        call = Optional.of(begun);
        begun
            .answer()
            .onSuccess(
                answer -> {
                  if (Reply.saysGone(answer)) {
                    gate.receiveAgain(model, version, served)
                        .onSuccess(now -> ask(now, wishes, jsonLength, body))
                        .onFailure(this::refuse);
                  } else {
                    tell(answer, read, served);
                  }
                });
      }
    } catch (MalformedException | RuntimeException wrong) {
      refuse(wrong); // What nobody thought of is answered too, as our own mistake.
    }
  }

  private void tell(Answer answer, InferBody.Read read, ModelStatus.Ready served) {
    call = Optional.empty();
    HttpServerResponse response = request.response();
    if (gone || response.closed()) {
      return;
    }
    Question question = read.question();
    switch (Reply.of(answer, question, served, read.binary())) {
      case Reply.Refused(var complaint) -> replies.complain(request, complaint);
      case Reply.Answered answered ->
          InferReply.of(answered, ModelName.of(served.name()), question.clientId())
              .write(response, request.headers().get("Accept-Encoding"));
    }
  }

  private void refuse(Throwable cause) {
    if (!gone) {
      replies.complain(request, ComplaintException.of(cause));
    }
  }

  private void leave() {
    gone = true;
    call.ifPresent(Call::cancel);
  }
}
