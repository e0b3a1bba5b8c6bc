package org.clockwork.gateway.oip;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import org.clockwork.codecs.audit.Caller;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.ModelStatistics;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Shown;
import org.clockwork.core.gateway.Submission;
import org.clockwork.gateway.Call;
import org.clockwork.gateway.GatewayVerticle;
import org.clockwork.gateway.Readiness;
import org.clockwork.gateway.Reception;

/**
 * The gateway as a door sees it: what it says arrives on the door's own event loop, and models have
 * one version each.
 */
public final class Gate {
  /** The only version that a model has; the empty one is taken for it. */
  static final String VERSION = "1";

  private final GatewayVerticle gateway;
  private final Context door;

  public Gate(GatewayVerticle gateway, Context door) {
    this.gateway = gateway;
    this.door = door;
  }

  /** Announces a request; fails with what its client is told where it can't come in. */
  public Future<ModelStatus.Ready> receive(String model, String version) {
    if (!served(version)) {
      return Future.failedFuture(new ComplaintException(noSuchVersion(model, version)));
    }
    return here(gateway.receive(model))
        .compose(
            reception ->
                switch (reception) {
                  case Reception.Welcome(ModelStatus.Ready ready) -> Future.succeededFuture(ready);
                  case Reception.TurnedAway(Answer answer) ->
                      Future.failedFuture(new ComplaintException(Reply.complaint(answer, model)));
                });
  }

  /** One inference under way. */
  public Call call(Submission submission) {
    Call call = gateway.call(submission);
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

  public Future<Readiness> readiness() {
    return here(gateway.readiness());
  }

  /** The model, ready or not; fails with what a client is told where there is none. */
  public Future<ModelStatus> model(String name, String version) {
    return here(gateway.model(name))
        .compose(
            status ->
                status instanceof ModelStatus.Gone
                    ? Future.failedFuture(new ComplaintException(noSuchModel(name)))
                    : served(version)
                        ? Future.succeededFuture(status)
                        : Future.failedFuture(
                            new ComplaintException(noSuchVersion(name, version))));
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
    return model(name, VERSION)
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

  private static boolean served(String version) {
    return version.isEmpty() || version.equals(VERSION);
  }

  private static Complaint noSuchVersion(String model, String version) {
    return Complaint.of(
        Category.UNKNOWN,
        "unknown_version",
        "model %s has no version %s; there is version %s"
            .formatted(Shown.text(model), Shown.text(version), VERSION));
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
