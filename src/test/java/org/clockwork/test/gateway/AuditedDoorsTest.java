package org.clockwork.test.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.clockwork.codecs.audit.AuditEntry;
import org.clockwork.codecs.audit.Caller;
import org.clockwork.codecs.audit.Deed;
import org.clockwork.core.gateway.GatewayConfig;
import org.clockwork.gateway.DoorSafety;
import org.clockwork.gateway.DoorsConfig;
import org.clockwork.gateway.tokens.Access;
import org.clockwork.gateway.tokens.Token;
import org.clockwork.gateway.tokens.TokensFile;
import org.clockwork.protocol.inference.RepositoryModelUnloadRequest;
import org.clockwork.protocol.inference.RepositoryModelUnloadResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each change that somebody asks for is told of, with who it was and what came of it. */
@Timeout(60)
class AuditedDoorsTest {
  private static final ServiceMethod<RepositoryModelUnloadResponse, RepositoryModelUnloadRequest>
      UNLOAD =
          ServiceMethod.client(
              ServiceName.create("inference.GRPCInferenceService"),
              "RepositoryModelUnload",
              GrpcMessageEncoder.encoder(),
              GrpcMessageDecoder.decoder(RepositoryModelUnloadResponse.getDefaultInstance()));

  private final BlockingQueue<AuditEntry> told = new LinkedBlockingQueue<>();
  private FakeCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new FakeCluster(GatewayConfig.DEFAULT.maxOutstanding(), told::add);
  }

  @AfterEach
  void stop() throws Exception {
    cluster.stop();
  }

  @Test
  void whoLoadsAndUnloadsByRestIsToldWithItsAddress() throws Exception {
    int port = cluster.open(DoorsConfig.DEFAULT).http().orElseThrow();
    RestClient client = new RestClient(cluster.vertx, port);
    client.post("/v2/repository/models/loaded/load", sourced("fp32"));
    AuditEntry load = next();
    assertEquals(Deed.LOAD, load.deed());
    assertEquals("loaded from fp32", load.what());
    assertEquals(Optional.empty(), load.failure());
    assertEquals("rest", load.caller().door());
    assertTrue(load.caller().address().orElseThrow().startsWith("127.0.0.1:"), load::toString);
    client.post("/v2/repository/models/loaded/unload", new JsonObject());
    assertEquals(Deed.UNLOAD, next().deed());
  }

  @Test
  void whatComesOfItIsToldTooWhereItFails() throws Exception {
    cluster.models(new JsonObject().put("op", "load").put("name", "fp32").put("source", "other"));
    AuditEntry failed = next();
    assertEquals(Caller.BUS, failed.caller());
    assertEquals("fp32 from other", failed.what());
    assertTrue(failed.failure().orElseThrow().contains("is served already"), failed::toString);
  }

  @Test
  void whoOnlyLooksIsNotTold() throws Exception {
    cluster.models(new JsonObject().put("op", "ls"));
    cluster.models(new JsonObject().put("op", "load").put("name", "fp32"));
    assertEquals("fp32", next().what());
    assertTrue(told.isEmpty(), told::toString);
  }

  @Test
  void whoseTokenItWasIsToldAndNotWhoseTheClientSays(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("tokens.json");
    Token token = new Token("deployer", Set.of(Access.LOAD), Optional.empty(), Token.hash("s"));
    Files.writeString(file, "{\"tokens\": [%s]}".formatted(TokensFile.line(token)));
    DoorsConfig guarded = DoorsConfig.DEFAULT.with(DoorSafety.DEFAULT.with(file));
    int port = cluster.open(guarded).grpc().orElseThrow();
    FakeCluster.await(
        GrpcClient.client(cluster.vertx)
            .request(SocketAddress.inetSocketAddress(port, "127.0.0.1"), UNLOAD)
            .compose(
                call -> {
                  call.headers()
                      .set("authorization", "Bearer s")
                      .set("clockwork-token-name", "somebody");
                  return call.send(
                          RepositoryModelUnloadRequest.newBuilder().setModelName("fp32").build())
                      .compose(GrpcClientResponse::last);
                }));
    Caller caller = next().caller();
    assertEquals("grpc", caller.door());
    assertEquals(Optional.of("deployer"), caller.token());
  }

  private static JsonObject sourced(String source) {
    return new JsonObject().put("parameters", new JsonObject().put("source", source));
  }

  private AuditEntry next() throws InterruptedException {
    return Optional.ofNullable(told.poll(30, TimeUnit.SECONDS)).orElseThrow();
  }
}
