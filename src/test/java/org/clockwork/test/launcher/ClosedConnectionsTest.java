package org.clockwork.test.launcher;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.clockwork.controller.telemetry.TelemetryLog;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.ModelSource.ModelSettings;
import org.clockwork.core.gateway.GatewayStatistics;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Profile;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.gateway.DoorPorts;
import org.clockwork.gateway.DoorsConfig;
import org.clockwork.gateway.bridge.BridgeConfig;
import org.clockwork.launcher.OneProcess;
import org.clockwork.launcher.config.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** For a client that has gone, nothing is run. */
@Timeout(60)
class ClosedConnectionsTest {
  /** So long that whoever comes behind it has time to go. */
  private static final long SLOW_NANOS = 400_000_000;

  /** An action that is an INFER, by its published number. */
  private static final String INFER = "2";

  @TempDir Path folder;

  @Test
  void whatWasQueuedForAConnectionThatClosedIsNeverExecuted() throws Exception {
    OneProcess process = await(OneProcess.open(configuration(), List.of(slow()), _ -> {}));
    try {
      NetClient net = process.vertx().createNetClient();
      int port = process.doors().http().orElseThrow();
      NetSocket stays = await(net.connect(port, "127.0.0.1"));
      Promise<String> answer = Promise.promise();
      stays.handler(buffer -> answer.tryComplete(buffer.toString()));
      await(stays.write(question()));
      NetSocket first = await(net.connect(port, "127.0.0.1"));
      NetSocket second = await(net.connect(port, "127.0.0.1"));
      await(first.write(question()));
      await(second.write(question()));
      until(process, counted -> counted.outstanding() == 3);
      await(first.close());
      await(second.close());
      assertTrue(await(answer.future()).startsWith("HTTP/1.1 200"), answer.future()::result);
      until(process, counted -> counted.cancelled() == 2 && counted.outstanding() == 0);
    } finally {
      await(process.stop());
    }
    assertEquals(1, executed());
  }

  private static void until(OneProcess process, Predicate<GatewayStatistics> reached)
      throws Exception {
    while (!reached.test(await(process.gateway().statistics()))) {
      Thread.onSpinWait();
    }
  }

  /** INFERs that began; on a busy machine some are refused as too late, and sent again. */
  private long executed() throws IOException {
    List<String> rows = Files.readAllLines(folder.resolve(TelemetryLog.ACTIONS));
    List<String> names = List.of(rows.getFirst().split("\t"));
    int type = names.indexOf("action_type");
    int duration = names.indexOf("worker_exec_duration");
    return rows.stream()
        .skip(1)
        .map(row -> row.split("\t"))
        .filter(row -> row[type].equals(INFER) && Long.parseLong(row[duration]) > 0)
        .count();
  }

  private Configuration configuration() {
    Configuration defaults = Configuration.DEFAULT;
    return defaults
        .with(
            defaults
                .worker()
                .with(defaults.worker().devices().withOnnxDevices(0).withSimulatedGpus(1)))
        .with(DoorsConfig.DEFAULT.onPorts(0, DoorPorts.NONE, DoorPorts.NONE))
        .with(BridgeConfig.DEFAULT.onPort(BridgeConfig.NONE))
        .with(defaults.controller().logging(defaults.controller().log().in(folder)));
  }

  private static ModelSource slow() {
    ModelSpec spec =
        new ModelSpec(
            "slow",
            "slow",
            List.of(new TensorSpec("x", DataType.FP32, List.of(4))),
            List.of(new TensorSpec("y", DataType.FP32, List.of(2))),
            DeviceSpec.PAGE_BYTES,
            0);
    Profile profile = new Profile(1, 1_000_000, 0, 0, new TreeMap<>(Map.of(1, SLOW_NANOS)));
    return new ModelSource.Measured(spec, profile, ModelSettings.NONE);
  }

  private static Buffer question() {
    JsonObject input =
        new JsonObject()
            .put("name", "x")
            .put("datatype", "FP32")
            .put("shape", new JsonArray(List.of(1, 4)))
            .put("data", new JsonArray(Collections.nCopies(4, 1.0)));
    Buffer body =
        new JsonObject()
            .put("inputs", new JsonArray(List.of(input)))
            .put("parameters", new JsonObject().put("slo_us", SECONDS.toMicros(30)))
            .toBuffer();
    return Buffer.buffer(
            "POST /v2/models/slow/infer HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
                .formatted(body.length()))
        .appendBuffer(body);
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, SECONDS);
  }
}
