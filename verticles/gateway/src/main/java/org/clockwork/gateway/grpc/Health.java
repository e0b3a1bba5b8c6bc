package org.clockwork.gateway.grpc;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import io.vertx.grpc.health.v1.HealthCheckResponse;
import io.vertx.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.vertx.grpc.health.v1.HealthProto;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.Service;
import org.clockwork.core.gateway.Shown;
import org.clockwork.gateway.oip.Category;
import org.clockwork.gateway.oip.Complaint;
import org.clockwork.gateway.oip.ComplaintException;
import org.clockwork.gateway.oip.Gate;

/**
 * gRPC's own health protocol, for probes. The server, without a name, is as ready as the inference
 * service: Vert.x's own would say that it serves whatever is the case.
 */
final class Health {
  private static final ServiceName NAME = ServiceName.create("grpc.health.v1.Health");
  private static final long WATCH_MILLIS = 1_000;

  private final Vertx vertx;
  private final Gate gate;
  private final Decoding decoding;
  private final String inferences;

  /**
   * @param inferences name of the service that is asked about
   */
  Health(Vertx vertx, Gate gate, Decoding decoding, String inferences) {
    this.vertx = vertx;
    this.gate = gate;
    this.decoding = decoding;
    this.inferences = inferences;
  }

  Service service() {
    return Service.service(NAME, HealthProto.getDescriptor().findServiceByName("Health"))
        .bind(
            method("Check"),
            new Unary<>(
                decoding,
                HealthCheckRequest.getDefaultInstance(),
                (_, question) -> check(question)))
        .bind(method("Watch"), this::watch)
        .build();
  }

  private static ServiceMethod<HealthCheckRequest, HealthCheckResponse> method(String name) {
    return ServiceMethod.server(
        NAME,
        name,
        GrpcMessageEncoder.encoder(),
        GrpcMessageDecoder.decoder(HealthCheckRequest.getDefaultInstance()));
  }

  private Future<HealthCheckResponse> check(HealthCheckRequest request) {
    return known(request)
        ? status().map(Health::response)
        : Future.failedFuture(
            new ComplaintException(
                Complaint.of(
                    Category.UNKNOWN,
                    "unknown_service",
                    "there is no service %s; ask about '%s' or, with no name, the server"
                        .formatted(Shown.text(request.getService()), inferences))));
  }

  /** At once, and whenever it has changed. */
  private void watch(GrpcServerRequest<HealthCheckRequest, HealthCheckResponse> call) {
    Watcher watcher = new Watcher();
    call.handler(request -> watcher.begin(call, request));
  }

  private final class Watcher {
    private boolean begun;
    private boolean known;
    private ServingStatus told = ServingStatus.UNKNOWN;
    private Ending<HealthCheckResponse> until;

    /** What the first message asks about: more of them would be more to look at, without end. */
    void begin(
        GrpcServerRequest<HealthCheckRequest, HealthCheckResponse> call,
        HealthCheckRequest request) {
      if (begun) {
        return;
      }
      begun = true;
      known = Health.this.known(request);
      long timer = vertx.setPeriodic(0, WATCH_MILLIS, _ -> look());
      until = Ending.of(call, () -> vertx.cancelTimer(timer));
    }

    void look() {
      (known ? status() : Future.succeededFuture(ServingStatus.SERVICE_UNKNOWN))
          .onSuccess(
              status -> {
                if (status != told && !until.over()) {
                  told = status;
                  until.write(response(status));
                }
              });
    }
  }

  private boolean known(HealthCheckRequest request) {
    return request.getService().isEmpty() || request.getService().equals(inferences);
  }

  private Future<ServingStatus> status() {
    return gate.readiness()
        .map(ready -> ready.ready() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
  }

  private static HealthCheckResponse response(ServingStatus status) {
    return HealthCheckResponse.newBuilder().setStatus(status).build();
  }
}
