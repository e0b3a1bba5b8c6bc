package org.clockwork.test.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Profile;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.gateway.DoorPorts;
import org.clockwork.gateway.DoorsConfig;
import org.clockwork.gateway.bridge.BridgeConfig;
import org.clockwork.launcher.OneProcess;
import org.clockwork.launcher.config.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Unmodified clients of the event bus, as docs/examples uses them, against a whole server. */
@Timeout(600)
class BusExamplesTest {
  private static final long SLOW_NANOS = 400_000_000;

  @TempDir static Path folder;

  private static OneProcess server;

  @BeforeAll
  static void start() throws Exception {
    Configuration defaults = Configuration.DEFAULT;
    Configuration configuration =
        defaults
            .with(
                defaults
                    .worker()
                    .with(defaults.worker().devices().withOnnxDevices(0).withSimulatedGpus(1)))
            .with(DoorsConfig.DEFAULT.onPorts(0, DoorPorts.NONE, DoorPorts.NONE))
            .with(BridgeConfig.DEFAULT.onPort(0))
            .with(defaults.controller().logging(defaults.controller().log().in(folder)));
    server = await(OneProcess.open(configuration, List.of(slow()), _ -> {}));
  }

  /** Slow enough that half of that is refused on the slowest machine, and not timed out. */
  private static ModelSource slow() {
    ModelSpec spec =
        new ModelSpec(
            "slow",
            "slow",
            List.of(new TensorSpec("x", DataType.FP32, List.of(4))),
            List.of(new TensorSpec("y", DataType.FP32, List.of(10))),
            DeviceSpec.PAGE_BYTES,
            0);
    Profile profile = new Profile(1, 1_000_000, 0, 0, new TreeMap<>(Map.of(1, SLOW_NANOS)));
    return new ModelSource.Measured(spec, profile, ModelSource.ModelSettings.NONE);
  }

  @AfterAll
  static void stop() throws Exception {
    await(server.stop());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"@vertx/eventbus-bridge-client.js", "vertx3-eventbus-client"})
  void bothClientsForJavaScriptInferAreRefusedAndListen(String client) throws Exception {
    String url = "http://127.0.0.1:" + server.doors().http().orElseThrow() + "/eventbus";
    BusExamples.Ended ended = BusExamples.node("event-bus.js", url, client);
    assertEquals(0, ended.exitCode(), ended.output());
    assertTold(ended.output());
  }

  @Test
  void theClientForPythonInfersIsRefusedAndListens() throws Exception {
    BusExamples.Ended ended = BusExamples.python("event_bus.py", bus());
    assertEquals(0, ended.exitCode(), ended.output());
    assertTold(ended.output());
  }

  @Test
  void plainPythonSendsAndReceivesTensorsAsBytes() throws Exception {
    BusExamples.Ended ended = BusExamples.python("event_bus_binary.py", bus());
    assertEquals(0, ended.exitCode(), ended.output());
    assertEquals(1, matching(ended.output(), "inferred: \\S+ FP32 \\[1, 10\\]: 40 bytes"));
  }

  private static String bus() {
    return "127.0.0.1:" + server.doors().bus().orElseThrow();
  }

  private static void assertTold(String output) {
    for (String line :
        List.of(
            "1 models, among them \\S+",
            "inferred: \\S+ FP32 \\[1, ?10\\] for mine-1 in \\d+ us",
            "refused: cause \\S+, again in \\d+ us: .+",
            "403: access_denied: clients can't send to 'clockwork.controller.wishes'; .*",
            "telemetry: 1 GPUs, goodput [\\d.]+/s, refused \\{.*\\}")) {
      assertTrue(matching(output, line) == 1, () -> "no line " + line + " in\n" + output);
    }
  }

  private static long matching(String output, String line) {
    return output.lines().filter(each -> each.matches(line)).count();
  }
}
