package org.clockwork.benchmarks.doors;

import io.vertx.core.Future;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.gateway.DoorPorts;
import org.clockwork.gateway.bridge.BridgeConfig;
import org.clockwork.launcher.OneProcess;
import org.clockwork.launcher.config.Configuration;
import org.clockwork.worker.DevicesConfig;

/** The whole server in this process, with its doors on free ports. */
final class Served {
  private static final long MINUTES_MAX = 5;

  private Served() {}

  static OneProcess with(DevicesConfig devices, ModelSource... models) throws Exception {
    Configuration defaults = Configuration.DEFAULT;
    Future<OneProcess> started =
        OneProcess.open(
            defaults
                .with(defaults.worker().with(devices))
                .with(defaults.doors().onPorts(0, 0, DoorPorts.NONE))
                .with(BridgeConfig.DEFAULT.onPort(BridgeConfig.NONE))
                .with(
                    defaults
                        .controller()
                        .summarizingEvery(0)
                        .logging(
                            defaults
                                .controller()
                                .log()
                                .in(Files.createTempDirectory("clockwork-bench-logs")))),
            List.of(models),
            _ -> {});
    OneProcess server =
        started.toCompletionStage().toCompletableFuture().get(MINUTES_MAX, TimeUnit.MINUTES);
    if (!server.models().stream().allMatch(ModelStatus.Ready.class::isInstance)) {
      server.stop();
      throw new IllegalStateException("not every model can be served: " + server.models());
    }
    return server;
  }
}
