package org.clockwork.gateway.grpc;

import io.vertx.core.MultiMap;
import io.vertx.grpc.common.GrpcMessage;
import io.vertx.grpc.server.GrpcServerRequest;
import java.util.Optional;
import org.clockwork.gateway.json.MalformedException;
import org.clockwork.gateway.oip.ComplaintException;
import org.clockwork.gateway.oip.Gate;
import org.clockwork.gateway.oip.Wishes;
import org.clockwork.gateway.sharedmemory.SharedMemory;
import org.clockwork.gateway.sharedmemory.SharedTensors;
import org.clockwork.protocol.inference.ModelInferRequest;
import org.clockwork.protocol.inference.ModelInferResponse;
import org.clockwork.protocol.inference.ModelStreamInferResponse;

/** Inferences over gRPC: one on a call of its own, or many on a stream. */
record InferCalls(Gate gate, Decoding decoding, SharedMemory memory) {

  void one(GrpcServerRequest<ModelInferRequest, ModelInferResponse> call) {
    OneInference inference = new OneInference();
    Ending<ModelInferResponse> ending = Ending.of(call, inference::cancel);
    try {
      Wishes wishes = wishes(call.headers());
      SharedTensors shared = memory.tensors(call.connection());
      gate.enter()
          .onSuccess(
              _ ->
                  call.messageHandler(message -> begin(wishes, message, shared, inference, ending)))
          .onFailure(ending::because);
    } catch (MalformedException wrong) {
      ending.because(wrong); // Without having read a byte of the message.
    }
  }

  private static Wishes wishes(MultiMap headers) throws MalformedException {
    Wishes wishes = Wishes.of(headers);
    return Deadline.nanos(headers).map(wishes::within).orElse(wishes);
  }

  /** Its place before its message has come. */
  private static final class OneInference {
    private Optional<Inference> inference = Optional.empty();

    void cancel() {
      inference.ifPresent(Inference::cancel);
    }
  }

  private void begin(
      Wishes wishes,
      GrpcMessage message,
      SharedTensors shared,
      OneInference place,
      Ending<ModelInferResponse> ending) {
    if (ending.over() || place.inference.isPresent()) {
      return;
    }
    try {
      Inference inference =
          new Inference(
              gate,
              decoding.decode(message, ModelInferRequest.getDefaultInstance()),
              wishes,
              shared);
      place.inference = Optional.of(inference);
      inference.begin().onSuccess(ending::with).onFailure(ending::because);
    } catch (MalformedException | ComplaintException wrong) {
      ending.because(wrong);
    }
  }

  void many(GrpcServerRequest<ModelInferRequest, ModelStreamInferResponse> call) {
    new InferStream(gate, decoding, memory, call).begin();
  }
}
