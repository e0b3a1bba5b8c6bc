package org.clockwork.test.gateway;

import com.google.protobuf.ByteString;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientOptions;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.GrpcReadStream;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import java.util.List;
import org.clockwork.protocol.inference.ModelInferRequest;
import org.clockwork.protocol.inference.ModelInferRequest.InferInputTensor;
import org.clockwork.protocol.inference.ModelInferResponse;

/** Inferences asked of a gRPC door, each on a connection of its own. */
final class GrpcInferences {
  private static final ServiceMethod<ModelInferResponse, ModelInferRequest> INFER =
      ServiceMethod.client(
          ServiceName.create("inference.GRPCInferenceService"),
          "ModelInfer",
          GrpcMessageEncoder.encoder(),
          GrpcMessageDecoder.decoder(ModelInferResponse.getDefaultInstance()));

  private GrpcInferences() {}

  /** One row of two by two zeroes for that model. */
  static ModelInferRequest.Builder question(String model) {
    return ModelInferRequest.newBuilder()
        .setModelName(model)
        .addInputs(input("x"))
        .addRawInputContents(ByteString.copyFrom(new byte[16]));
  }

  static InferInputTensor input(String name) {
    return InferInputTensor.newBuilder()
        .setName(name)
        .setDatatype("FP32")
        .addAllShape(List.of(1L, 2L, 2L))
        .build();
  }

  static ModelInferResponse ask(Vertx vertx, int port, ModelInferRequest question)
      throws Exception {
    GrpcClient client =
        GrpcClient.client(
            vertx,
            new GrpcClientOptions(),
            new HttpClientOptions().setHttp2ClearTextUpgrade(false));
    return FakeCluster.await(
        client
            .request(SocketAddress.inetSocketAddress(port, "127.0.0.1"), INFER)
            .compose(call -> call.send(question).compose(GrpcReadStream::last)));
  }
}
