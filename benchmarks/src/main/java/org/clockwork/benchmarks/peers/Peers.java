package org.clockwork.benchmarks.peers;

import ai.onnxruntime.OrtException;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.clockwork.benchmarks.Programs;
import org.clockwork.benchmarks.RawMiniLM;
import org.clockwork.benchmarks.oip.Door;
import org.clockwork.benchmarks.oip.OipInferences;
import org.clockwork.launcher.demo.MiniLM;
import org.clockwork.worker.repository.ProfileFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The servers that a user would pick, one after the other under the same load: MiniLM on one
 * thread, single sentences as a Poisson stream at a share of what ONNX Runtime by itself does in
 * batches of eight, each with the same deadline, through gRPC and REST.
 */
@Command(
    name = "peers",
    mixinStandardHelpOptions = true,
    description = {
      "The servers that a user would pick under the same load; those that are missing are"
          + " installed",
      "into the folder. What has been measured is in results.jsonl and results.md there."
    })
public final class Peers implements Runnable {
  @Option(names = "--servers", split = ",", description = "Which; all.")
  private List<String> servers = Peer.ALL.stream().map(Peer::name).toList();

  @Option(names = "--doors", split = ",", description = "grpc, rest or both; both.")
  private List<Door> doors = List.of(Door.values());

  @Option(
      names = "--factors",
      split = ",",
      description = "Offered rates, as shares of the raw rate; 0.3,0.6,0.9,1.2,2.")
  private List<Double> factors = List.of(0.3, 0.6, 0.9, 1.2, 2.0);

  @Option(names = "--seconds", description = "Measured at each rate; 20.")
  private double seconds = 20;

  @Option(names = "--warmup", description = "Seconds at 0.6 x before a door's first point; 10.")
  private double warmUpSeconds = 10;

  @Option(names = "--raw-seconds", description = "The raw rate is measured for this long; 4.")
  private double rawSeconds = 4;

  @Option(names = "--idle-seconds", description = "For what an idle server takes; 10.")
  private double idleSeconds = 10;

  @Option(names = "--slo-ms", description = "The deadline, as the client counts; 250.")
  private long sloMillis = 250;

  @Option(
      names = "--way-ms",
      description = "Of it, what servers are told that the way to them and back takes; 5.")
  private long wayMillis = 5;

  @Option(names = "--seed", description = "Of the arrivals; 1.")
  private long seed = 1;

  @Option(names = "--folder", description = "For installations and results; target/peers.")
  private Path folder = Path.of("target/peers");

  @Option(names = "--resume", description = "Goes on where a run with the same options was.")
  private boolean resume;

  @Option(names = "--python", description = "Makes the environments; /usr/bin/python3.")
  private String python =
      Files.isExecutable(Path.of("/usr/bin/python3")) ? "/usr/bin/python3" : "python3";

  /** Runs the benchmark; {@code --help} says with which options. */
  public static void run(String[] args) {
    Programs.run(new Peers(), args);
  }

  @Override
  public void run() {
    List<Peer> chosen = servers.stream().map(Peers::named).toList();
    Path cache = ProfileFiles.userCache(System.getenv(), System.getProperty("user.home"));
    Path home = Path.of(System.getProperty("clockwork.root", ".")).toAbsolutePath();
    Path place = home.resolve(folder);
    Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    try (RawMiniLM raw = RawMiniLM.open(cache)) {
      Results results = Results.in(place, terms(), heading(), resume);
      Load load = new Load(vertx, sloMillis, seconds, seed, RawMiniLM.sentences(cache));
      Site.Deadline deadline = new Site.Deadline(sloMillis, wayMillis, batchMillis(raw));
      for (Peer peer : chosen) {
        Site site =
            new Site(
                place,
                home.resolve("benchmarks/peers"),
                python,
                MiniLM.install(cache).resolve(MiniLM.MODEL).resolve("model.onnx"),
                Site.Ports.free(),
                deadline);
        measure(peer, site, raw, load, results);
      }
      System.out.println("\n" + results.text() + "\nalso in " + results.page());
    } catch (Exception e) {
      throw new IllegalStateException(
          "the comparison broke off: %s. --resume goes on where it was".formatted(e.getMessage()),
          e);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private static Peer named(String name) {
    return Peer.ALL.stream()
        .filter(peer -> peer.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--servers %s: there are %s"
                        .formatted(name, Peer.ALL.stream().map(Peer::name).toList())));
  }

  private double batchMillis(RawMiniLM raw) throws OrtException {
    return 1_000 * Peer.LARGEST_BATCH / raw.perSecond(rawSeconds);
  }

  private void measure(Peer peer, Site site, RawMiniLM raw, Load load, Results results)
      throws Exception {
    if (results.has(peer.name())
        && doors.stream().allMatch(door -> isThrough(peer, door, results))) {
      return;
    }
    Path output = site.folder().resolve(peer.name());
    System.out.println("--- " + peer.name() + ": " + peer.setting(site));
    try (ServerProcess server =
        ServerProcess.start(peer.launch(site), output, site.ports().http())) {
      if (!results.has(peer.name())) {
        Standing standing = standing(peer, site, server);
        results.add(standing);
        System.out.println(Standing.HEADER + standing.row());
      }
      for (Door door : doors) {
        if (!isThrough(peer, door, results)) {
          measure(peer, site, door, raw, load, results);
        }
      }
    }
  }

  private boolean isThrough(Peer peer, Door door, Results results) {
    return factors.stream().allMatch(factor -> results.has(peer.name(), door, factor));
  }

  private Standing standing(Peer peer, Site site, ServerProcess server)
      throws IOException, InterruptedException {
    String version = server.nameAndVersion();
    pass(idleSeconds / 2); // What starting has set going comes to rest.
    ServerProcess.Usage before = server.usage();
    long begunNanos = System.nanoTime();
    pass(idleSeconds);
    ServerProcess.Usage after = server.usage();
    double wallSeconds = (System.nanoTime() - begunNanos) / 1e9;
    return new Standing(
        peer.name(),
        version,
        peer.setting(site),
        100 * (after.cpuSeconds() - before.cpuSeconds()) / wallSeconds,
        after.bytes() / (double) (1 << 20));
  }

  private static void pass(double seconds) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(Math.round(seconds * 1_000));
  }

  private void measure(Peer peer, Site site, Door door, RawMiniLM raw, Load load, Results results)
      throws Exception {
    try (OipInferences inferences = load.through(door, peer, site)) {
      load.warmUp(inferences, 0.6 * raw.perSecond(rawSeconds), warmUpSeconds);
      System.out.print(Point.HEADER);
      for (double factor : factors) {
        if (results.has(peer.name(), door, factor)) {
          continue;
        }
        double before = raw.perSecond(rawSeconds);
        Load.Played played = load.play(inferences, factor * before);
        Point point =
            played.point(peer, door, factor, (before + raw.perSecond(rawSeconds)) / 2, seconds);
        results.add(point);
        System.out.println(point.row());
      }
    }
  }

  /** Without the choice of what is measured: that may differ from run to run of one table. */
  private String terms() {
    return String.format(
        Locale.ROOT,
        "seconds=%s slo_ms=%d way_ms=%d seed=%d raw_seconds=%s",
        seconds,
        sloMillis,
        wayMillis,
        seed,
        rawSeconds);
  }

  private String heading() throws IOException {
    return String.format(
        Locale.ROOT,
        "%s, %s. MiniLM (sequence %d) on one thread, batches of at most %d, %s. Command:"
            + " `./clockwork bench peers --seconds %s`.",
        LocalDate.now(ZoneOffset.UTC),
        ThisMachine.description(),
        MiniLM.SEQUENCE_LENGTH,
        Peer.LARGEST_BATCH,
        terms(),
        seconds);
  }
}
