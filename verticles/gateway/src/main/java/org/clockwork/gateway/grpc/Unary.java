package org.clockwork.gateway.grpc;

import com.google.protobuf.Message;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.grpc.common.GrpcMessage;
import io.vertx.grpc.server.GrpcServerRequest;
import java.util.Optional;
import java.util.function.BiFunction;
import org.clockwork.codecs.audit.Caller;
import org.clockwork.gateway.json.MalformedException;
import org.clockwork.gateway.oip.ComplaintException;

/**
 * Answers a call of one message with one message.
 *
 * @param kind any message of the kind that is expected
 */
record Unary<Q extends Message, A extends Message>(
    Decoding decoding, Q kind, BiFunction<Caller, Q, Future<A>> answering)
    implements Handler<GrpcServerRequest<Q, A>> {

  @Override
  public void handle(GrpcServerRequest<Q, A> call) {
    Ending<A> ending = Ending.of(call, () -> {});
    call.messageHandler(message -> answer(caller(call), message, ending));
  }

  private static Caller caller(GrpcServerRequest<?, ?> call) {
    return Caller.at("grpc", call.connection().remoteAddress())
        .with(Optional.ofNullable(call.headers().get(MeteredCall.TOKEN_NAME)));
  }

  private void answer(Caller caller, GrpcMessage message, Ending<A> ending) {
    try {
      answering
          .apply(caller, decoding.decode(message, kind))
          .onSuccess(ending::with)
          .onFailure(ending::because);
    } catch (MalformedException | ComplaintException wrong) {
      ending.because(wrong);
    }
  }
}
