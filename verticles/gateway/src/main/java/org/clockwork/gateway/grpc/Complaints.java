package org.clockwork.gateway.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.grpc.common.GrpcHeaderNames;
import io.vertx.grpc.server.GrpcServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.clockwork.gateway.oip.Complaint;
import org.clockwork.gateway.oip.Micros;
import org.clockwork.protocol.rpc.ErrorInfo;
import org.clockwork.protocol.rpc.RetryInfo;
import org.clockwork.protocol.rpc.Status;

/**
 * Tells complaints in gRPC's way: a status, Google's error model for libraries that know it, and
 * the same as plain metadata for those that don't.
 */
final class Complaints {
  private static final String DOMAIN = "clockwork";
  private static final String DETAILS = "grpc-status-details-bin";
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private Complaints() {}

  static void end(GrpcServerResponse<?, ?> response, Complaint complaint) {
    describe(complaint, response.trailers());
    // Not left to Vert.x, which encodes more than has to be: grpc-js leaves %2C and %3B as they
    // are.
    response.trailers().set(GrpcHeaderNames.GRPC_MESSAGE, escaped(complaint.reason()));
    response.status(complaint.category().grpcStatus()).end();
  }

  /** Of a call that the server of gRPC has not seen: all that is to be said is in the headers. */
  static void end(HttpServerResponse response, Complaint complaint) {
    if (response.ended() || response.closed() || response.headWritten()) {
      return;
    }
    MultiMap headers = response.headers();
    headers.set(HttpHeaders.CONTENT_TYPE, "application/grpc");
    headers.set("grpc-status", Integer.toString(complaint.category().grpcStatus().code));
    headers.set("grpc-message", escaped(complaint.reason()));
    describe(complaint, headers);
    response.end();
  }

  /**
   * As gRPC has it: whatever is no visible character of ASCII, and the sign itself, by its code.
   */
  private static String escaped(String message) {
    StringBuilder escaped = new StringBuilder();
    for (byte each : message.getBytes(StandardCharsets.UTF_8)) {
      if (each >= ' ' && each <= '~' && each != '%') {
        escaped.append((char) each);
      } else {
        escaped.append("%%%02X".formatted(each));
      }
    }
    return escaped.toString();
  }

  private static void describe(Complaint complaint, MultiMap trailers) {
    trailers.set("clockwork-cause", complaint.cause());
    complaint.request().ifPresent(id -> trailers.set("clockwork-request-id", id.toString()));
    complaint
        .retryAfterNanos()
        .ifPresent(
            nanos -> trailers.set("clockwork-retry-after-us", Long.toString(Micros.of(nanos))));
    trailers.set(
        DETAILS,
        Base64.getEncoder().withoutPadding().encodeToString(status(complaint).toByteArray()));
  }

  private static Status status(Complaint complaint) {
    ErrorInfo.Builder info = ErrorInfo.newBuilder().setReason(complaint.cause()).setDomain(DOMAIN);
    complaint.request().ifPresent(id -> info.putMetadata("request_id", id.toString()));
    complaint
        .earliestCompletionNanos()
        .ifPresent(
            nanos -> info.putMetadata("earliest_completion_us", Long.toString(Micros.of(nanos))));
    Status.Builder status =
        Status.newBuilder()
            .setCode(complaint.category().grpcStatus().code)
            .setMessage(complaint.reason())
            .addDetails(Any.pack(info.build()));
    complaint.retryAfterNanos().ifPresent(nanos -> status.addDetails(Any.pack(retry(nanos))));
    return status.build();
  }

  private static RetryInfo retry(long nanos) {
    return RetryInfo.newBuilder()
        .setRetryDelay(
            Duration.newBuilder()
                .setSeconds(nanos / NANOS_PER_SECOND)
                .setNanos((int) (nanos % NANOS_PER_SECOND)))
        .build();
  }
}
