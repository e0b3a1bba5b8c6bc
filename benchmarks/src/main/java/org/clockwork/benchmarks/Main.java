package org.clockwork.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.clockwork.benchmarks.cluster.ControllerBytes;
import org.clockwork.benchmarks.cluster.IdleCluster;
import org.clockwork.benchmarks.cluster.InputPath;
import org.clockwork.benchmarks.cluster.LiveEqualsSimulated;
import org.clockwork.benchmarks.cluster.MainJobProcesses;
import org.clockwork.benchmarks.cluster.ManySmall;
import org.clockwork.benchmarks.cluster.PredictedAndActual;
import org.clockwork.benchmarks.cluster.SimpleReadme;
import org.clockwork.benchmarks.cluster.ThousandModels;
import org.clockwork.benchmarks.dashboard.Dashboard;
import org.clockwork.benchmarks.doors.DoorSpeed;
import org.clockwork.benchmarks.faults.KilledWorker;
import org.clockwork.benchmarks.faults.LeavingClients;
import org.clockwork.benchmarks.peers.Peers;
import org.clockwork.benchmarks.scheduler.SchedulerCost;
import org.clockwork.benchmarks.scheduler.SchedulerEvents;

/** {@code ./clockwork bench NAME [arguments]}: runs one benchmark, or every one for a moment. */
public final class Main {
  private static final List<Benchmark> BENCHMARKS =
      List.of(
          new Benchmark(
              "scheduler-cost",
              "the scheduler's cost per event from 10 to 4,000 models and 1 to 200 GPUs; one table"
                  + " in a minute",
              SchedulerCost::run,
              List.of("--seconds", "0.05", "--cell", "400x12")),
          new Benchmark(
              "scheduler-events",
              "the same as a JMH benchmark; takes JMH's options, for example -prof gc -p"
                  + " cell=400x12",
              SchedulerEvents::run,
              List.of("-f", "0", "-wi", "0", "-i", "1", "-r", "100ms", "-p", "cell=64x1")),
          new Benchmark(
              "main-job",
              "MiniLM on one thread at 0.3 to 2 x what ONNX Runtime does by itself: who is answered"
                  + " in time",
              MainJob::run,
              List.of("--factors", "0.3", "--seconds", "1", "--raw-seconds", "0.2")),
          new Benchmark(
              "peers",
              "the servers that a user would pick (Triton, MLServer) beside ours: same model, load"
                  + " and deadline",
              Peers::run,
              List.of(
                  "--servers",
                  "clockwork",
                  "--factors",
                  "0.3",
                  "--seconds",
                  "1",
                  "--warmup",
                  "1",
                  "--raw-seconds",
                  "0.2",
                  "--idle-seconds",
                  "0.2",
                  "--folder",
                  "target/peers-smoke")),
          new Benchmark(
              "doors",
              "what gRPC and REST add to a request's time, and how many small requests come through"
                  + " them",
              DoorSpeed::run,
              List.of(
                  "--rounds", "20", "--warmup-rounds", "20", "--seconds", "1", "--warmup", "1")),
          new Benchmark(
              "overloaded-gpu",
              "a simulated GPU in real time at twice its bound: what it still gets done",
              OverloadedGpu::run,
              List.of("--seconds", "1")),
          new Benchmark(
              "model-changes",
              "p99 of a model that runs while others are loaded and unloaded without a pause,"
                  + " against without",
              ModelChanges::run,
              List.of("--seconds", "1", "--rounds", "1")),
          new Benchmark(
              "memory",
              "heap, direct and resident memory of the server, idle and under twice its load",
              MemoryUse::run,
              List.of("--minutes", "0.05", "--samples", "2")),
          new Benchmark(
              "waiter-precision",
              "how late an EXEC begins after its window opened, through a whole live worker"
                  + " [waits]",
              WaiterPrecision::run,
              List.of("100")),
          new Benchmark(
              "generator-lateness",
              "how late the client sends against the intended moment [requests-per-second"
                  + " [seconds]]",
              GeneratorLateness::run,
              List.of("500", "1")),
          new Benchmark(
              "log-cost",
              "what the request and action logs take of a core [requests-per-second [seconds]]",
              LogCost::run,
              List.of("2000", "1")),
          new Benchmark(
              "script-rate",
              "how many requests a second a script sends, in JavaScript and in Python, and what it"
                  + " takes of a core",
              ScriptRate::run,
              List.of("--seconds", "1", "--warmup", "1", "--share", "0.1", "--clients", "2")),
          new Benchmark(
              "meeting",
              "how long processes take to find each other on loopback, all at once and one more",
              Meeting::run,
              List.of("--rounds", "1", "--nodes", "2")),
          new Benchmark(
              "killed-worker",
              "one of two worker processes is killed in the middle of half of their load: who is"
                  + " answered when",
              KilledWorker::run,
              List.of(
                  "--models",
                  "1",
                  "--rate",
                  "50",
                  "--warmup",
                  "1",
                  "--seconds",
                  "2",
                  "--slo-ms",
                  "100")),
          new Benchmark(
              "leaving-clients",
              "client processes that are killed in a row beside a steady one: whether that one"
                  + " notices",
              LeavingClients::run,
              List.of("--clients", "1", "--orderly", "1", "--rate", "20")),
          new Benchmark(
              "onnx-overhead",
              "what the onnx device's whole EXEC phase adds to bare ONNX Runtime, with MiniLM"
                  + " [rounds]",
              OnnxOverhead::run,
              List.of("5")),
          new Benchmark(
              "simple-readme",
              "three processes: the published first example with real inputs on one and two GPUs",
              SimpleReadme::run,
              List.of("--gpus", "1", "--seconds", "1", "--warmup", "1")),
          new Benchmark(
              "idle",
              "what controller and worker take of the machine while nobody asks anything",
              IdleCluster::run,
              List.of("--seconds", "1", "--settle", "0")),
          new Benchmark(
              "many-small",
              "three processes: as many requests without inputs as they can pass on",
              ManySmall::run,
              List.of("--seconds", "1", "--warmup", "1")),
          new Benchmark(
              "thousand-models",
              "a thousand models on ten GPUs, and how they fare beside a surge of four times the"
                  + " load",
              ThousandModels::run,
              List.of(
                  "--models",
                  "20",
                  "--rate",
                  "100",
                  "--surge-rate",
                  "200",
                  "--settle",
                  "1",
                  "--seconds",
                  "1",
                  "--surge",
                  "1")),
          new Benchmark(
              "main-job-processes",
              "MiniLM through separate worker, controller and client, above what ONNX Runtime does"
                  + " alone",
              MainJobProcesses::run,
              List.of(
                  "--factors", "1.2", "--seconds", "1", "--warmup", "1", "--raw-seconds", "0.2")),
          new Benchmark(
              "network",
              "whether the controller's bytes grow with the size of the inputs",
              ControllerBytes::run,
              List.of("--rate", "20", "--seconds", "3")),
          new Benchmark(
              "input-path",
              "how many inputs of 602 kB reach a worker, against a bare NetSocket",
              InputPath::run,
              List.of("--seconds", "1", "--warmup", "1", "--rounds", "1")),
          new Benchmark(
              "live-equals-simulated",
              "experiments E1, E3 and E7 live and in the simulator with the delays measured there",
              LiveEqualsSimulated::run,
              List.of("E7", "--only", "load_factor=1", "--seconds", "1", "--warmup", "1")),
          new Benchmark(
              "dashboard",
              "the live board at 100 devices and 4,000 models: pictures a second in Chromium, and"
                  + " what it costs the server",
              Dashboard::run,
              List.of("--devices", "4", "--models", "20", "--rate", "100", "--seconds", "1")),
          new Benchmark(
              "prediction-errors",
              "what the controller predicts of INFER and LOAD against what happens, on onnx and"
                  + " simulated devices",
              PredictedAndActual::run,
              List.of("--devices", "simulated", "--seconds", "1", "--warmup", "1")));

  private Main() {}

  public static void main(String[] args) throws Exception {
    String name = args.length == 0 ? "--help" : args[0];
    String[] rest = args.length == 0 ? args : Arrays.copyOfRange(args, 1, args.length);
    switch (name) {
      case "--help", "-h", "help" -> list();
      case "smoke" -> smoke();
      default -> {
        Optional<Benchmark> benchmark =
            BENCHMARKS.stream().filter(each -> each.name().equals(name)).findFirst();
        if (benchmark.isEmpty()) {
          System.err.println("no benchmark is called '" + name + "'; these are:");
          list();
          System.exit(2);
        }
        benchmark.get().program().run(rest);
      }
    }
  }

  private static void list() {
    System.out.println("./clockwork bench NAME [arguments]");
    for (Benchmark benchmark : BENCHMARKS) {
      System.out.printf("  %-18s %s%n", benchmark.name(), benchmark.summary());
    }
    System.out.printf(
        "  %-18s %s%n", "smoke", "every benchmark for a moment: whether it still runs");
  }

  /** Says nothing about speed: it would be wrong on the next machine. */
  private static void smoke() throws Exception {
    for (Benchmark benchmark : BENCHMARKS) {
      System.out.println("--- " + benchmark.name() + " " + String.join(" ", benchmark.briefly()));
      benchmark.program().run(benchmark.briefly().toArray(String[]::new));
    }
    System.out.println("smoke: all " + BENCHMARKS.size() + " benchmarks ran");
  }
}
