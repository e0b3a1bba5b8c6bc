package org.clockwork.gateway.oip;

import io.vertx.grpc.common.GrpcStatus;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.request.RefusalCause;

/** Who has to act when there is no result, in the words of both protocols. */
public enum Category {
  /** The client has to mend its request. */
  INVALID(400, GrpcStatus.INVALID_ARGUMENT),
  /** It has no token, or none that is known. */
  UNAUTHENTICATED(401, GrpcStatus.UNAUTHENTICATED),
  /** Its token is not one for that. */
  FORBIDDEN(403, GrpcStatus.PERMISSION_DENIED),
  /** There is nothing of that name. */
  UNKNOWN(404, GrpcStatus.NOT_FOUND),
  /** The path is right, the verb is not. */
  WRONG_METHOD(405, GrpcStatus.UNIMPLEMENTED),
  /** It took too long to send it. */
  TOO_SLOW(408, GrpcStatus.DEADLINE_EXCEEDED),
  /** The request is larger than this gateway takes. */
  TOO_LARGE(413, GrpcStatus.RESOURCE_EXHAUSTED),
  /** The tenant has used up its share. */
  LIMITED(429, GrpcStatus.RESOURCE_EXHAUSTED),
  /** Nobody is left to read this. */
  CANCELLED(499, GrpcStatus.CANCELLED),
  /** Something broke; the operator has to look. */
  BROKEN(500, GrpcStatus.INTERNAL),
  /** Known to the protocol, and not done here. */
  UNSUPPORTED(501, GrpcStatus.UNIMPLEMENTED),
  /** A decision: not now. */
  REFUSED(503, GrpcStatus.RESOURCE_EXHAUSTED),
  /** The objective passed. */
  TIMED_OUT(504, GrpcStatus.DEADLINE_EXCEEDED);

  private final int httpStatus;
  private final GrpcStatus grpcStatus;

  Category(int httpStatus, GrpcStatus grpcStatus) {
    this.httpStatus = httpStatus;
    this.grpcStatus = grpcStatus;
  }

  public int httpStatus() {
    return httpStatus;
  }

  public GrpcStatus grpcStatus() {
    return grpcStatus;
  }

  static Category of(RefusalCause cause) {
    return switch (cause) {
      case TENANT_LIMIT -> LIMITED;
      case QUEUE, COLD_START, NO_CAPACITY, DRAINING -> REFUSED;
    };
  }

  /** Whatever is neither the client's mistake nor its wish is ours. */
  static Category of(ErrorCode code) {
    if (code == ErrorCode.INVALID_INPUT || code == ErrorCode.INVALID_BATCH_SIZE) {
      return INVALID;
    }
    if (code == ErrorCode.UNKNOWN_MODEL) {
      return UNKNOWN;
    }
    return code == ErrorCode.CANCELLED ? CANCELLED : BROKEN;
  }
}
