package org.clockwork.gateway.grpc;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.reflection.ReflectionService;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.Service;
import java.util.List;

/**
 * Binds what it is told to bind under the name that gRPC's reflection had before it was settled:
 * the messages are the same, and ghz and older tools know no other name.
 */
record OlderReflection(GrpcServer server) implements GrpcServer {
  private static final ServiceName NAME =
      ServiceName.create("grpc.reflection.v1alpha.ServerReflection");

  static void bindTo(GrpcServer server) {
    ReflectionService.v1().bind(new OlderReflection(server));
  }

  @Override
  public <Q, A> GrpcServer callHandler(
      ServiceMethod<Q, A> method, Handler<GrpcServerRequest<Q, A>> handler) {
    server.callHandler(
        ServiceMethod.server(NAME, method.methodName(), method.encoder(), method.decoder()),
        handler);
    return this;
  }

  @Override
  public GrpcServer callHandler(Handler<GrpcServerRequest<Buffer, Buffer>> handler) {
    throw new UnsupportedOperationException("only methods have another name");
  }

  @Override
  public GrpcServer addService(Service service) {
    throw new UnsupportedOperationException("only methods have another name");
  }

  @Override
  public List<Service> services() {
    return server.services();
  }

  @Override
  public void handle(HttpServerRequest request) {
    server.handle(request);
  }
}
