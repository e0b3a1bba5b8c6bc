package org.clockwork.gateway.oip;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.stream.Collectors;
import org.clockwork.codecs.audit.Caller;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.ModelStatistics;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Shown;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.model.ModelName;
import org.clockwork.gateway.Call;
import org.clockwork.gateway.GatewayVerticle;
import org.clockwork.gateway.Readiness;
import org.clockwork.gateway.Reception;
import org.clockwork.gateway.UnknownVersionException;
import org.clockwork.protocol.inference.ModelMetadataResponse;

/** The gateway as a door sees it: what it says arrives on the door's own event loop. */
public final class Gate {
  private final GatewayVerticle gateway;
  private final Context door;

  public Gate(GatewayVerticle gateway, Context door) {
    this.gateway = gateway;
    this.door = door;
  }

  /**
   * Announces a request; fails with what its client is told where it can't come in.
   *
   * @param version empty for the highest that is ready
   */
  public Future<ModelStatus.Ready> receive(String model, String version) {
    return here(gateway.receive(model, version))
        .compose(
            reception ->
                switch (reception) {
                  case Reception.Welcome(ModelStatus.Ready ready) -> Future.succeededFuture(ready);
                  case Reception.UnknownVersion(List<ModelStatus> versions) ->
                      Future.failedFuture(
                          new ComplaintException(noSuchVersion(model, version, versions)));
                  case Reception.TurnedAway(Answer answer) ->
                      Future.failedFuture(new ComplaintException(Reply.complaint(answer, model)));
                });
  }

  /**
   * Fails with what a client is told where any request would be refused, whatever it asks for;
   * otherwise it has completed when it comes back.
   */
  public Future<Void> enter() {
    return gateway.turnsAllAway()
        ? here(gateway.turnAway())
            .compose(
                answer -> Future.failedFuture(new ComplaintException(Reply.complaint(answer, ""))))
        : Future.succeededFuture();
  }

  /**
   * What serves a request now whose model went while it was on its way: another version, where the
   * client named none. Fails with what its client is told where there is none.
   */
  public Future<ModelStatus.Ready> receiveAgain(
      String model, String version, ModelStatus.Ready gone) {
    return receive(model, version)
        .compose(
            now ->
                now.name().equals(gone.name())
                    ? Future.failedFuture(new ComplaintException(noSuchModel(model)))
                    : Future.succeededFuture(now));
  }

  /**
   * One inference under way.
   *
   * @param clientName the client's own name for it; empty where it has none
   */
  public Call call(Submission submission, String clientName) {
    Call call = gateway.call(submission, clientName);
    Future<Answer> answer = here(call.answer());
    return new Call() {
      @Override
      public Future<Answer> answer() {
        return answer;
      }

      @Override
      public void cancel() {
        call.cancel();
      }
    };
  }

  /**
   * One inference of which all has been read: announced and asked for at once, which spares the way
   * there and back.
   *
   * @param version empty for the highest that is ready
   * @param binary how outputs are wanted where the question names none
   */
  public Asked ask(String model, String version, Question question, boolean binary) {
    Asked asked = new Asked(new Enquiry(question, binary));
    return asked.comesTo(reply(asked, model, version));
  }

  private Future<Reply> reply(Asked asked, String model, String version) {
    Enquiry enquiry = asked.enquiry();
    return here(asked.by(gateway.call(model, version, enquiry)).answer())
        .recover(cause -> Future.failedFuture(told(cause, model, version)))
        .compose(
            answer ->
                Reply.saysGone(answer) && enquiry.model().isPresent()
                    ? receiveAgain(model, version, enquiry.model().get())
                        .compose(_ -> reply(asked, model, version))
                    : enquiry.reply(answer, model));
  }

  private static Throwable told(Throwable cause, String model, String version) {
    return cause instanceof UnknownVersionException unknown
        ? new ComplaintException(noSuchVersion(model, version, unknown.versions()))
        : cause;
  }

  public Future<Readiness> readiness() {
    return here(gateway.readiness());
  }

  /** The model, ready or not; fails with what a client is told where there is none. */
  public Future<ModelStatus> model(String name, String version) {
    return here(gateway.model(name, version))
        .compose(
            status ->
                status instanceof ModelStatus.Gone
                    ? versions(name).compose(known -> unknown(name, version, known))
                    : Future.succeededFuture(status));
  }

  private static <T> Future<T> unknown(String name, String version, List<ModelStatus> known) {
    return Future.failedFuture(
        new ComplaintException(
            known.isEmpty() ? noSuchModel(name) : noSuchVersion(name, version, known)));
  }

  /** Every version of the model that is known, the lowest first. */
  public Future<List<ModelStatus>> versions(String name) {
    return here(gateway.versions(name));
  }

  /** What the model is, with all versions that may be asked for beside it. */
  public Future<ModelMetadataResponse> metadata(String name, String version) {
    return ready(name, version)
        .compose(
            model ->
                versions(ModelName.of(model.name()).unversioned())
                    .map(versions -> Catalogue.metadata(model, versions)));
  }

  /** The model where it can be described, which takes that it is ready. */
  public Future<ModelStatus.Ready> ready(String name, String version) {
    return model(name, version)
        .compose(
            status ->
                status instanceof ModelStatus.Ready ready
                    ? Future.succeededFuture(ready)
                    : Future.failedFuture(
                        new ComplaintException(Complaint.unavailable(notReady(status)))));
  }

  /** The name of that version of a model; the model's own where none is named. */
  public static String name(String model, String version) {
    return version.isEmpty() ? model : model + "/" + version;
  }

  public Future<List<ModelStatus>> models() {
    return here(gateway.models());
  }

  public Future<ModelStatistics> statistics(String model) {
    return here(gateway.statistics(model));
  }

  /** Completes when the model is ready; fails with what a client is told where it can't be. */
  public Future<Void> load(Caller caller, String name, String source) {
    return here(gateway.load(caller, name, source, 1))
        .recover(
            cause ->
                Future.failedFuture(
                    new ComplaintException(Complaint.unavailable(cause.getMessage()))))
        .compose(
            statuses ->
                statuses.getFirst() instanceof ModelStatus.Ready
                    ? Future.succeededFuture()
                    : Future.failedFuture(
                        new ComplaintException(
                            Complaint.unavailable(notReady(statuses.getFirst())))));
  }

  /** Completes when the model is served no more; fails where it never was. */
  public Future<Void> unload(Caller caller, String name) {
    return model(name, "")
        .compose(_ -> here(gateway.unload(caller, name)))
        .<Void>mapEmpty()
        .recover(
            cause ->
                Future.failedFuture(
                    cause instanceof ComplaintException
                        ? cause
                        : new ComplaintException(Complaint.unavailable(cause.getMessage()))));
  }

  private static String notReady(ModelStatus status) {
    return "model '%s' can't be served: %s".formatted(status.name(), Catalogue.reason(status));
  }

  private static Complaint noSuchVersion(String model, String version, List<ModelStatus> versions) {
    return Complaint.of(
        Category.UNKNOWN,
        "unknown_version",
        "model %s has no version %s; there are %s"
            .formatted(
                Shown.text(model),
                Shown.text(version),
                versions.stream()
                    .map(known -> ModelName.of(known.name()).versionText())
                    .collect(Collectors.joining(", "))));
  }

  private static Complaint noSuchModel(String model) {
    return Complaint.unknownModel(
        "model %s is unknown; the repository index lists those that are known"
            .formatted(Shown.text(model)));
  }

  /** Completes when the other does, on the door's event loop. */
  private <T> Future<T> here(Future<T> there) {
    Promise<T> here = Promise.promise();
    there.onComplete(result -> door.runOnContext(_ -> here.handle(result)));
    return here.future();
  }
}
