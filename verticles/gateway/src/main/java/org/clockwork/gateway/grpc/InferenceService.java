package org.clockwork.gateway.grpc;

import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.Message;
import io.vertx.core.Future;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.server.Service;
import io.vertx.grpc.server.ServiceBuilder;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.clockwork.codecs.audit.Caller;
import org.clockwork.gateway.oip.Catalogue;
import org.clockwork.gateway.oip.ComplaintException;
import org.clockwork.gateway.oip.Gate;
import org.clockwork.gateway.sharedmemory.SharedMemory;
import org.clockwork.protocol.inference.CudaSharedMemoryRegisterRequest;
import org.clockwork.protocol.inference.CudaSharedMemoryRegisterResponse;
import org.clockwork.protocol.inference.CudaSharedMemoryStatusRequest;
import org.clockwork.protocol.inference.CudaSharedMemoryStatusResponse;
import org.clockwork.protocol.inference.CudaSharedMemoryUnregisterRequest;
import org.clockwork.protocol.inference.CudaSharedMemoryUnregisterResponse;
import org.clockwork.protocol.inference.LogSettingsRequest;
import org.clockwork.protocol.inference.ModelConfigRequest;
import org.clockwork.protocol.inference.ModelInferRequest;
import org.clockwork.protocol.inference.ModelInferResponse;
import org.clockwork.protocol.inference.ModelMetadataRequest;
import org.clockwork.protocol.inference.ModelReadyRequest;
import org.clockwork.protocol.inference.ModelStatisticsRequest;
import org.clockwork.protocol.inference.ModelStreamInferResponse;
import org.clockwork.protocol.inference.OpenInference;
import org.clockwork.protocol.inference.RepositoryIndexRequest;
import org.clockwork.protocol.inference.RepositoryModelLoadRequest;
import org.clockwork.protocol.inference.RepositoryModelUnloadRequest;
import org.clockwork.protocol.inference.ServerLiveRequest;
import org.clockwork.protocol.inference.ServerLiveResponse;
import org.clockwork.protocol.inference.ServerMetadataRequest;
import org.clockwork.protocol.inference.ServerReadyRequest;
import org.clockwork.protocol.inference.SystemSharedMemoryRegisterRequest;
import org.clockwork.protocol.inference.SystemSharedMemoryRegisterResponse;
import org.clockwork.protocol.inference.SystemSharedMemoryStatusRequest;
import org.clockwork.protocol.inference.SystemSharedMemoryUnregisterRequest;
import org.clockwork.protocol.inference.TraceSettingRequest;

/** Which method of {@code inference.GRPCInferenceService} is answered by what. */
final class InferenceService {
  private static final ServiceDescriptor DESCRIPTOR =
      OpenInference.getDescriptor().findServiceByName("GRPCInferenceService");
  private static final ServiceName NAME = ServiceName.create(DESCRIPTOR.getFullName());

  private final Gate gate;
  private final Decoding decoding;
  private final SharedMemoryCalls memory;
  private final ServiceBuilder builder = Service.service(NAME, DESCRIPTOR);

  InferenceService(Gate gate, Decoding decoding, SharedMemoryCalls memory) {
    this.gate = gate;
    this.decoding = decoding;
    this.memory = memory;
  }

  Service service() {
    InferCalls inferences = new InferCalls(gate, decoding, memory.memory());
    ModelInferRequest question = ModelInferRequest.getDefaultInstance();
    builder.bind(
        InferenceService.<ModelInferRequest, ModelInferResponse>method("ModelInfer", question),
        inferences::one);
    builder.bind(
        InferenceService.<ModelInferRequest, ModelStreamInferResponse>method(
            "ModelStreamInfer", question),
        inferences::many);
    Queries queries = new Queries(gate);
    unary(
        "ServerLive",
        ServerLiveRequest.getDefaultInstance(),
        _ -> Future.succeededFuture(ServerLiveResponse.newBuilder().setLive(true).build()));
    unary("ServerReady", ServerReadyRequest.getDefaultInstance(), queries::serverReady);
    unary("ModelReady", ModelReadyRequest.getDefaultInstance(), queries::modelReady);
    unary(
        "ServerMetadata",
        ServerMetadataRequest.getDefaultInstance(),
        _ -> Future.succeededFuture(Catalogue.server(memory.memory().enabled())));
    unary("ModelMetadata", ModelMetadataRequest.getDefaultInstance(), queries::metadata);
    unary("ModelConfig", ModelConfigRequest.getDefaultInstance(), queries::config);
    unary("ModelStatistics", ModelStatisticsRequest.getDefaultInstance(), queries::statistics);
    unary("RepositoryIndex", RepositoryIndexRequest.getDefaultInstance(), queries::index);
    change("RepositoryModelLoad", RepositoryModelLoadRequest.getDefaultInstance(), queries::load);
    change(
        "RepositoryModelUnload",
        RepositoryModelUnloadRequest.getDefaultInstance(),
        queries::unload);
    unary(
        "SystemSharedMemoryStatus",
        SystemSharedMemoryStatusRequest.getDefaultInstance(),
        memory::status);
    builder.bind(
        InferenceService
            .<SystemSharedMemoryRegisterRequest, SystemSharedMemoryRegisterResponse>method(
                "SystemSharedMemoryRegister",
                SystemSharedMemoryRegisterRequest.getDefaultInstance()),
        memory::register);
    unary(
        "SystemSharedMemoryUnregister",
        SystemSharedMemoryUnregisterRequest.getDefaultInstance(),
        memory::unregister);
    unary(
        "CudaSharedMemoryStatus",
        CudaSharedMemoryStatusRequest.getDefaultInstance(),
        _ -> Future.succeededFuture(CudaSharedMemoryStatusResponse.getDefaultInstance()));
    unary(
        "CudaSharedMemoryRegister",
        CudaSharedMemoryRegisterRequest.getDefaultInstance(),
        _ ->
            Future.<CudaSharedMemoryRegisterResponse>failedFuture(
                new ComplaintException(SharedMemory.noCuda())));
    unary(
        "CudaSharedMemoryUnregister",
        CudaSharedMemoryUnregisterRequest.getDefaultInstance(),
        _ -> Future.succeededFuture(CudaSharedMemoryUnregisterResponse.getDefaultInstance()));
    unary("TraceSetting", TraceSettingRequest.getDefaultInstance(), queries::trace);
    unary("LogSettings", LogSettingsRequest.getDefaultInstance(), queries::log);
    return builder.build();
  }

  private <Q extends Message, A extends Message> void unary(
      String name, Q kind, Function<Q, Future<A>> answering) {
    change(name, kind, (_, question) -> answering.apply(question));
  }

  /** Where it matters who asks. */
  private <Q extends Message, A extends Message> void change(
      String name, Q kind, BiFunction<Caller, Q, Future<A>> answering) {
    builder.bind(InferenceService.<Q, A>method(name, kind), new Unary<>(decoding, kind, answering));
  }

  /** The server decodes by itself; Vert.x's decoder is never asked. */
  private static <Q extends Message, A extends Message> ServiceMethod<Q, A> method(
      String name, Q kind) {
    return ServiceMethod.server(
        NAME, name, GrpcMessageEncoder.encoder(), GrpcMessageDecoder.decoder(kind));
  }
}
