package org.clockwork.test.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.clockwork.core.request.Request;
import org.clockwork.gateway.Doors;
import org.clockwork.gateway.DoorsConfig;
import org.clockwork.test.gateway.Programs.Ended;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** NVIDIA's load generator, unmodified, in every way that it has to ask. */
@Timeout(900)
class PerfAnalyzerTest {
  private static final int REQUESTS = 24;

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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-a -b 3",
        "--shared-memory system",
        "--input-tensor-format json --output-tensor-format json",
        "-H clockwork-slo-us:7000000"
      })
  void runsOverHttp(String how) throws Exception {
    assertRuns(how, doors.http().orElseThrow());
    if (how.startsWith("-H")) {
      assertEquals(TimeUnit.SECONDS.toNanos(7), cluster.asked.take().sloNanos());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-a -b 3",
        "--streaming",
        "--shared-memory system",
        "--streaming --shared-memory system",
        "--grpc-compression-algorithm gzip",
        "--request-parameter timeout:7000000:int"
      })
  void runsOverGrpc(String how) throws Exception {
    assertRuns("-i grpc " + how, doors.grpc().orElseThrow());
    if (how.startsWith("--request-parameter")) {
      assertEquals(TimeUnit.SECONDS.toNanos(7), cluster.asked.take().sloNanos());
    }
  }

  private void assertRuns(String how, int port) throws Exception {
    Path report = Files.createTempFile("perf-analyzer", ".csv");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-m",
                "fp32",
                "-u",
                "127.0.0.1:" + port,
                "--concurrency-range",
                "2",
                "--request-count",
                "" + REQUESTS,
                "-f",
                report.toString()));
    how.lines()
        .flatMap(line -> List.of(line.split(" ")).stream())
        .filter(word -> !word.isBlank())
        .forEach(arguments::add);
    Ended ended = PerfAnalyzer.made().run(arguments.toArray(String[]::new));
    assertEquals(0, ended.exitCode(), ended::output);
    assertEquals(2, Files.readAllLines(report).size(), ended::output);
    Files.delete(report);
    assertTrue(asked() >= REQUESTS, ended::output);
  }

  /** As the cluster counts them. */
  private int asked() {
    List<Request> asked = new ArrayList<>(cluster.asked);
    return asked.size();
  }
}
