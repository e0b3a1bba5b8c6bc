package org.clockwork.test.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.List;
import org.clockwork.gateway.Doors;
import org.clockwork.gateway.DoorsConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** NVIDIA's client for Python, unmodified, and what it claims of a server (resources/oip). */
@Timeout(600)
class TritonClientTest {
  private FakeCluster cluster;
  private Doors.Open doors;

  @BeforeEach
  void start() throws Exception {
    cluster = new FakeCluster();
    doors = cluster.open(DoorsConfig.DEFAULT);
  }

  @AfterEach
  void stop() throws Exception {
    cluster.stop();
  }

  @TestFactory
  List<DynamicTest> overHttp() throws Exception {
    return claims("tritonclient_http.py", doors.http().orElseThrow());
  }

  @TestFactory
  List<DynamicTest> overGrpc() throws Exception {
    return claims("tritonclient_grpc.py", doors.grpc().orElseThrow());
  }

  private static List<DynamicTest> claims(String script, int port) throws Exception {
    return PythonClients.triton().claims(script, "127.0.0.1:" + port).stream()
        .map(claim -> dynamicTest(claim.name(), () -> assertEquals("", claim.failure())))
        .toList();
  }
}
