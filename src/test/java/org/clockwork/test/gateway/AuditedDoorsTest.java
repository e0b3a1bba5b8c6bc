package org.clockwork.test.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.clockwork.codecs.audit.AuditEntry;
import org.clockwork.codecs.audit.Caller;
import org.clockwork.codecs.audit.Deed;
import org.clockwork.core.gateway.GatewayConfig;
import org.clockwork.gateway.DoorsConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each change that somebody asks for is told of, with who it was and what came of it. */
@Timeout(60)
class AuditedDoorsTest {
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

  private static JsonObject sourced(String source) {
    return new JsonObject().put("parameters", new JsonObject().put("source", source));
  }

  private AuditEntry next() throws InterruptedException {
    return Optional.ofNullable(told.poll(30, TimeUnit.SECONDS)).orElseThrow();
  }
}
