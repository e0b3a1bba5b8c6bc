package org.clockwork.benchmarks.oip;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientOptions;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.client.InvalidStatusException;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import java.util.List;
import java.util.Map;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.model.Tensors;
import org.clockwork.protocol.inference.InferParameter;
import org.clockwork.protocol.inference.ModelInferRequest;
import org.clockwork.protocol.inference.ModelInferRequest.InferInputTensor;
import org.clockwork.protocol.inference.ModelInferResponse;

/** Over gRPC, with raw contents, all requests on one connection. */
public final class GrpcInferences extends OipInferences {
  private static final int WINDOW_BYTES = 1 << 20;

  private static final ServiceMethod<ModelInferResponse, ModelInferRequest> INFER =
      ServiceMethod.client(
          ServiceName.create("inference.GRPCInferenceService"),
          "ModelInfer",
          GrpcMessageEncoder.encoder(),
          GrpcMessageDecoder.decoder(ModelInferResponse.getDefaultInstance()));

  private final GrpcClient client;
  private final SocketAddress server;

  /**
   * @param port on loopback
   * @param parameters of each request
   */
  public GrpcInferences(Vertx vertx, int port, ModelSpec model, Map<String, Long> parameters) {
    super(model, parameters);
    server = SocketAddress.inetSocketAddress(port, "127.0.0.1");
    client =
        GrpcClient.client(
            vertx,
            new GrpcClientOptions().setMaxMessageSize(WINDOW_BYTES),
            new HttpClientOptions()
                // Servers in C++ and Python speak HTTP/2 from the first byte, and nothing before
                // it.
                .setHttp2ClearTextUpgrade(false)
                .setHttp2ConnectionWindowSize(4 * WINDOW_BYTES)
                .setInitialSettings(new Http2Settings().setInitialWindowSize(WINDOW_BYTES)));
  }

  @Override
  Future<Ended> ask(Tensors inputs) {
    ModelInferRequest message = message(inputs);
    return client
        .request(server, INFER)
        .compose(
            call -> {
              call.end(message);
              return call.response();
            })
        .compose(
            response ->
                response.last().transform(last -> Future.succeededFuture(ended(response, last))));
  }

  private ModelInferRequest message(Tensors inputs) {
    ModelInferRequest.Builder message = ModelInferRequest.newBuilder().setModelName(model().name());
    parameters()
        .forEach(
            (name, value) ->
                message.putParameters(
                    name, InferParameter.newBuilder().setInt64Param(value).build()));
    List<TensorSpec> specs = model().inputs();
    for (int i = 0; i < specs.size(); i++) {
      InferInputTensor.Builder input =
          InferInputTensor.newBuilder()
              .setName(specs.get(i).name())
              .setDatatype(specs.get(i).type().name())
              .addShape(inputs.rows());
      specs.get(i).shape().forEach(input::addShape);
      message.addInputs(input);
      message.addRawInputContents(
          UnsafeByteOperations.unsafeWrap(inputs.buffers().get(i).duplicate()));
    }
    return message.build();
  }

  private Ended ended(
      GrpcClientResponse<?, ModelInferResponse> response, AsyncResult<ModelInferResponse> last) {
    GrpcStatus status =
        last.cause() instanceof InvalidStatusException wrong
            ? wrong.actualStatus()
            : response.status();
    if (last.succeeded() && status == GrpcStatus.OK) {
      return isWhole(last.result()) ? Ended.ANSWERED : Ended.FAILED;
    }
    return status == null
        ? Ended.FAILED
        : switch (status) {
          // Ours says the first, Triton's queue policy the second.
          case RESOURCE_EXHAUSTED, UNAVAILABLE -> Ended.REFUSED;
          case DEADLINE_EXCEEDED -> Ended.TIMED_OUT;
          default -> Ended.FAILED;
        };
  }

  private boolean isWhole(ModelInferResponse answer) {
    return answer.getRawOutputContentsList().stream().mapToLong(ByteString::size).sum()
        == model().outputBytes();
  }

  @Override
  public void close() {
    client.close().toCompletionStage().toCompletableFuture().join();
  }
}
