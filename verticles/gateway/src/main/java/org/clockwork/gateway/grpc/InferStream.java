package org.clockwork.gateway.grpc;

import io.vertx.grpc.common.GrpcMessage;
import io.vertx.grpc.server.GrpcServerRequest;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.clockwork.gateway.json.MalformedException;
import org.clockwork.gateway.oip.Complaint;
import org.clockwork.gateway.oip.ComplaintException;
import org.clockwork.gateway.oip.Gate;
import org.clockwork.gateway.oip.Micros;
import org.clockwork.gateway.oip.Wishes;
import org.clockwork.gateway.sharedmemory.SharedMemory;
import org.clockwork.protocol.inference.ModelInferRequest;
import org.clockwork.protocol.inference.ModelInferResponse;
import org.clockwork.protocol.inference.ModelStreamInferResponse;

/**
 * Inferences on one stream: as many as its client likes under way at once up to a bound, each
 * answered as soon as it is ready. What goes wrong with one is told in its answer; the stream goes
 * on. A client that stops reading is read no further either.
 */
final class InferStream {
  /** Under way on one stream: as many as fill several devices; more wait in the network. */
  private static final int OUTSTANDING_MAX = 256;

  private static final String FINAL = "triton_final_response";

  private final Gate gate;
  private final Decoding decoding;
  private final SharedMemory memory;
  private final GrpcServerRequest<ModelInferRequest, ModelStreamInferResponse> call;
  private final long begunNanos = System.nanoTime();
  private final Set<Inference> outstanding = new LinkedHashSet<>();
  private Ending<ModelStreamInferResponse> ending;
  private boolean allSent;

  InferStream(
      Gate gate,
      Decoding decoding,
      SharedMemory memory,
      GrpcServerRequest<ModelInferRequest, ModelStreamInferResponse> call) {
    this.gate = gate;
    this.decoding = decoding;
    this.memory = memory;
    this.call = call;
  }

  void begin() {
    ending = Ending.of(call, () -> outstanding.forEach(Inference::cancel));
    try {
      wishes();
    } catch (MalformedException wrong) {
      ending.because(wrong); // They are the same for all that could come.
      return;
    }
    call.messageHandler(this::on);
    call.endHandler(
        _ -> {
          allSent = true;
          endIfThrough();
        });
    call.response().drainHandler(_ -> goOn());
  }

  private void on(GrpcMessage message) {
    if (ending.over()) {
      return;
    }
    try {
      ModelInferRequest request = decoding.decode(message, ModelInferRequest.getDefaultInstance());
      Inference inference =
          new Inference(gate, request, wishes(), memory.tensors(call.connection()));
      outstanding.add(inference);
      inference
          .begin()
          .onSuccess(response -> tell(inference, answer(response)))
          .onFailure(cause -> tell(inference, complaint(request, ComplaintException.of(cause))));
      if (outstanding.size() >= OUTSTANDING_MAX) {
        call.pause();
      }
    } catch (MalformedException | ComplaintException wrong) {
      // Nobody could say which request that was, so it is told of the stream.
      outstanding.forEach(Inference::cancel);
      ending.because(wrong);
    }
  }

  private Wishes wishes() throws MalformedException {
    Wishes wishes = Wishes.of(call.headers());
    Optional<Long> deadline = Deadline.nanos(call.headers());
    // The deadline is the stream's: what comes late has less time.
    return deadline
        .map(nanos -> wishes.within(Math.max(1, nanos - (System.nanoTime() - begunNanos))))
        .orElse(wishes);
  }

  private void tell(Inference inference, ModelStreamInferResponse message) {
    outstanding.remove(inference);
    if (ending.over()) {
      return;
    }
    ending.write(message);
    goOn();
    endIfThrough();
  }

  private void goOn() {
    if (call.response().writeQueueFull()) {
      call.pause();
    } else if (outstanding.size() < OUTSTANDING_MAX) {
      call.resume();
    }
  }

  private void endIfThrough() {
    if (allSent && outstanding.isEmpty()) {
      ending.plainly();
    }
  }

  private static ModelStreamInferResponse answer(ModelInferResponse response) {
    return ModelStreamInferResponse.newBuilder()
        .setInferResponse(response.toBuilder().putParameters(FINAL, InferMessages.parameter(true)))
        .build();
  }

  private static ModelStreamInferResponse complaint(
      ModelInferRequest request, Complaint complaint) {
    ModelInferResponse.Builder about =
        ModelInferResponse.newBuilder()
            .setModelName(request.getModelName())
            .setId(request.getId())
            .putParameters(FINAL, InferMessages.parameter(true))
            .putParameters("cause", InferMessages.parameter(complaint.cause()));
    complaint
        .request()
        .ifPresent(id -> about.putParameters("request_id", InferMessages.parameter(id)));
    complaint
        .retryAfterNanos()
        .ifPresent(
            nanos ->
                about.putParameters("retry_after_us", InferMessages.parameter(Micros.of(nanos))));
    return ModelStreamInferResponse.newBuilder()
        .setErrorMessage(complaint.reason())
        .setInferResponse(about)
        .build();
  }
}
