package org.clockwork.gateway.grpc;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.grpc.server.GrpcServerRequest;
import java.util.List;
import org.clockwork.gateway.sharedmemory.RegionSpec;
import org.clockwork.gateway.sharedmemory.SharedMemory;
import org.clockwork.protocol.inference.SystemSharedMemoryRegisterRequest;
import org.clockwork.protocol.inference.SystemSharedMemoryRegisterResponse;
import org.clockwork.protocol.inference.SystemSharedMemoryStatusRequest;
import org.clockwork.protocol.inference.SystemSharedMemoryStatusResponse;
import org.clockwork.protocol.inference.SystemSharedMemoryStatusResponse.RegionStatus;
import org.clockwork.protocol.inference.SystemSharedMemoryUnregisterRequest;
import org.clockwork.protocol.inference.SystemSharedMemoryUnregisterResponse;

/** Registering shared memory over gRPC, and what is registered. */
record SharedMemoryCalls(Vertx vertx, SharedMemory memory, Decoding decoding) {

  /** Of all regions where none is named. */
  Future<SystemSharedMemoryStatusResponse> status(SystemSharedMemoryStatusRequest request) {
    return vertx.executeBlocking(
        () -> {
          List<RegionSpec> specs =
              request.getName().isEmpty()
                  ? memory.status()
                  : List.of(memory.status(request.getName()));
          SystemSharedMemoryStatusResponse.Builder response =
              SystemSharedMemoryStatusResponse.newBuilder();
          specs.forEach(spec -> response.putRegions(spec.name(), region(spec)));
          return response.build();
        });
  }

  private static RegionStatus region(RegionSpec spec) {
    return RegionStatus.newBuilder()
        .setName(spec.name())
        .setKey(spec.key())
        .setOffset(spec.offset())
        .setByteSize(spec.bytes())
        .build();
  }

  /** Who asks matters: memory can't be shared with another machine. */
  void register(
      GrpcServerRequest<SystemSharedMemoryRegisterRequest, SystemSharedMemoryRegisterResponse>
          call) {
    new Unary<SystemSharedMemoryRegisterRequest, SystemSharedMemoryRegisterResponse>(
            decoding,
            SystemSharedMemoryRegisterRequest.getDefaultInstance(),
            (_, request) ->
                vertx.executeBlocking(
                    () -> {
                      memory.register(
                          call.connection(),
                          RegionSpec.of(
                              request.getName(),
                              request.getKey(),
                              request.getOffset(),
                              request.getByteSize()));
                      return SystemSharedMemoryRegisterResponse.getDefaultInstance();
                    }))
        .handle(call);
  }

  /** All regions where none is named. */
  Future<SystemSharedMemoryUnregisterResponse> unregister(
      SystemSharedMemoryUnregisterRequest request) {
    return vertx.executeBlocking(
        () -> {
          if (request.getName().isEmpty()) {
            memory.unregisterAll();
          } else {
            memory.unregister(request.getName());
          }
          return SystemSharedMemoryUnregisterResponse.getDefaultInstance();
        });
  }
}
