package org.clockwork.launcher;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.clockwork.client.RandomPayloads;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.Device;
import org.clockwork.core.device.Device.Hosted;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.gateway.Submission.Payload;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Tensors;
import org.clockwork.gpunative.PreciseWaiter;
import org.clockwork.launcher.check.CheckReport;
import org.clockwork.launcher.check.InputException;
import org.clockwork.launcher.check.InputFile;
import org.clockwork.launcher.check.ModelCheck;
import org.clockwork.launcher.check.SeenProfiles;
import org.clockwork.launcher.config.ConfigurationException;
import org.clockwork.launcher.config.ConfigurationReader;
import org.clockwork.launcher.config.UnusableException;
import org.clockwork.worker.DevicesConfig;
import org.clockwork.worker.WorkerNodeConfig;
import org.clockwork.worker.repository.ModelPath;
import org.clockwork.worker.repository.ProfileFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code clockwork check_model PATH [INPUT]}: what one model takes on this machine. */
@Command(
    name = "check_model",
    description = {
      "Runs one model on a device of this machine, each of its batch sizes several times, and says"
          + " what",
      "it takes. Needs no server."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class CheckModelCommand implements Callable<Integer> {
  private static final int RUNS_MAX = 100_000;
  private static final String ONNX = "onnx";
  private static final String PLAN_CPU = "plan-cpu";
  private static final String CUDA = "cuda";
  private static final String SIMULATED = "simulated";
  private static final String ONNX_FILE = "model.onnx";

  /** What is through sooner needs no word on how far it is. */
  private static final long LONG_NANOS = 2_000_000_000L;

  /** Of random input: the same in every run. */
  private static final long SEED = 1;

  private static final ModelId MODEL = new ModelId(0);

  @Parameters(
      index = "0",
      paramLabel = "PATH",
      description =
          "A model's folder, an ONNX file, a compiled model.json, measurements or a profile.json,"
              + " or a name of the simulated zoo.")
  private Path path = Path.of("");

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "INPUT",
      description =
          "Its input: .npy, .npz with an array for each input, or the elements alone,"
              + " little-endian; random unless given. Its outputs are shown.")
  private Optional<Path> input = Optional.empty();

  @Option(
      names = "--device",
      paramLabel = "cuda|onnx|plan-cpu|simulated",
      description = "Which runs it; the one that can unless given.")
  private Optional<String> deviceName = Optional.empty();

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "Of the transfer and of each batch size; 10 unless given.")
  private int runs = 10;

  @Option(
      names = "--write",
      description =
          "Write what was measured to profile.json beside the model, where workers look for it.")
  private boolean write;

  @Mixin private ConfFolder conf;

  @Mixin private JsonResult json;

  @Spec private CommandSpec spec;

  private final Interruption interruption;

  CheckModelCommand(Interruption interruption) {
    this.interruption = interruption;
  }

  @Override
  public Integer call() throws ConfigurationException {
    json.check();
    if (runs < 1 || runs > RUNS_MAX) {
      throw new UnusableException("--runs %d: expected 1 to %d".formatted(runs, RUNS_MAX));
    }
    WorkerNodeConfig config = ConfigurationReader.read(conf.folder(), System.getenv()).worker();
    try {
      ModelSource source = ModelPath.find(path);
      checkWritable(source);
      if (input.isPresent()) {
        InputFile.checkThere(input.get());
      }
      SeenProfiles profiles = new SeenProfiles(files(config));
      try (Device device = device(config.devices(), source, profiles)) {
        return check(device, source, profiles);
      }
    } catch (DeviceException | InputException e) {
      throw new UnusableException("check_model: " + e.getMessage());
    }
  }

  /** Before anything takes its time. */
  private void checkWritable(ModelSource source) {
    if (!write) {
      return;
    }
    if (source instanceof ModelSource.Measured) {
      throw new UnusableException(
          "--write: %s is simulated, and nothing is measured on a simulated device"
              .formatted(path));
    }
    Optional<ModelSource.Onnx> onnx = source.as(ModelSource.Onnx.class);
    if (onnx.isPresent() && !onnx.get().file().endsWith(ONNX_FILE)) {
      throw new UnusableException(
          "--write: workers look for profiles beside a file called %s, and this one is %s; rename it"
              .formatted(ONNX_FILE, onnx.get().file().getFileName()));
    }
  }

  private ProfileFiles files(WorkerNodeConfig config) {
    return new ProfileFiles(WorkerParts.profileCache(config), spec.commandLine().getErr()::println);
  }

  private Device device(DevicesConfig config, ModelSource source, SeenProfiles profiles) {
    List<String> able = source.forms().stream().flatMap(CheckModelCommand::devicesFor).toList();
    String wanted = deviceName.orElse(able.getFirst());
    DevicesConfig none = config.onlySimulatedGpus(0);
    DevicesConfig one =
        switch (wanted) {
          case CUDA -> none.withCudaDevices(1);
          case ONNX -> none.withOnnxDevices(1);
          case PLAN_CPU -> none.withPlanCpuDevices(1);
          case SIMULATED -> config.onlySimulatedGpus(1);
          case String unknown ->
              throw new UnusableException(
                  "--device %s: expected %s, %s, %s or %s"
                      .formatted(unknown, CUDA, ONNX, PLAN_CPU, SIMULATED));
        };
    if (!able.contains(wanted)) {
      throw new UnusableException(
          "--device %s: %s, which %s devices don't run; %s"
              .formatted(wanted, held(source), wanted, remedy(wanted)));
    }
    List<String> lines = new ArrayList<>();
    return Devices.of(one, PreciseWaiter.forDevices(1), profiles, lines::add).stream()
        .findFirst()
        .orElseThrow(
            () -> new UnusableException("--device %s: %s".formatted(wanted, lines.getLast())));
  }

  /** The first is used where none is named. */
  private static Stream<String> devicesFor(ModelSource form) {
    return switch (form) {
      case ModelSource.Onnx _ -> Stream.of(ONNX);
      case ModelSource.Compiled plan ->
          plan.mayRunOn("cpu") ? Stream.of(PLAN_CPU, CUDA) : Stream.of(CUDA, PLAN_CPU);
      case ModelSource.Measured _ -> Stream.of(SIMULATED);
      case ModelSource.Both both -> throw new IllegalArgumentException(both + " is two forms");
    };
  }

  private String held(ModelSource source) {
    return switch (source) {
      case ModelSource.Onnx _ -> path + " holds an ONNX file";
      case ModelSource.Compiled _ -> path + " holds a compiled model";
      case ModelSource.Both _ -> path + " holds an ONNX file and a compiled model";
      case ModelSource.Measured _ -> "of " + path + " only measurements are known";
    };
  }

  private static String remedy(String wanted) {
    return switch (wanted) {
      case ONNX -> "a " + ONNX_FILE + " is needed";
      case PLAN_CPU, CUDA -> "compile it first (./clockwork compile model.onnx)";
      default -> "name its profile.json to simulate it";
    };
  }

  private int check(Device device, ModelSource source, SeenProfiles profiles)
      throws DeviceException, InputException {
    PrintWriter out = json.people();
    out.println(CheckReport.opening(path, input, device.spec()));
    if (source instanceof ModelSource.Measured && ModelPath.hasPublishedCode(path)) {
      out.println(
          "  compiled code of the published system (TVM 0.6, Volta) can't run here: its"
              + " measurements are used");
    }
    out.flush();
    Hosted hosted = device.register(MODEL, source.name(), source);
    List<CheckReport.Checked> checked = new ArrayList<>();
    try {
      for (Sample sample : samples(hosted)) {
        ModelCheck check = new ModelCheck(device, MODEL, sample.bucket(), hosted, runs);
        try (Progress progress = progress(check)) {
          check
              .run(sample.rows(), progress::to, interruption::asked)
              .ifPresent(
                  measured -> checked.add(new CheckReport.Checked(sample.bucket(), measured)));
        }
      }
    } catch (DeviceException e) {
      if (e.code() != ErrorCode.INPUT_INVALID) {
        throw e;
      }
      throw new UnusableException(
          "check_model: %s isn't taken: %s"
              .formatted(
                  input.map(file -> "input " + file).orElse("random input (name a file as INPUT)"),
                  e.getMessage()));
    }
    if (checked.isEmpty() || interruption.asked()) {
      spec.commandLine().getErr().println("Stopped before all was measured");
      return 1;
    }
    CheckReport report =
        new CheckReport(path, input, device.spec(), hosted, device.workspaceBytes(MODEL), checked);
    report.lines().forEach(out::println);
    if (write) {
      out.println("  profile written to " + written(profiles, hosted, checked));
    }
    out.flush();
    json.write(report.json());
    return 0;
  }

  /** What a bucket of the model is run with. */
  private record Sample(int bucket, Tensors rows) {}

  /** All buckets with random input, or the one that the input's length is of. */
  private List<Sample> samples(Hosted hosted) throws InputException {
    ModelSpec model = hosted.spec();
    if (input.isPresent()) {
      return List.of(sample(input.get(), hosted));
    }
    return IntStream.range(0, model.buckets())
        .mapToObj(bucket -> new Sample(bucket, random(model.bucket(bucket))))
        .toList();
  }

  private static Sample sample(Path file, Hosted hosted) throws InputException {
    int last = hosted.spec().buckets() - 1;
    for (int bucket = 0; bucket < last; bucket++) {
      try {
        return sample(file, hosted, bucket);
      } catch (InputException otherLength) {
        // The last one says what is wrong with it.
      }
    }
    return sample(file, hosted, last);
  }

  private static Sample sample(Path file, Hosted hosted, int bucket) throws InputException {
    int rowsMax = hosted.profiles().bucket(bucket).largestBatch();
    return new Sample(bucket, InputFile.read(file, hosted.spec().bucket(bucket), rowsMax));
  }

  private static Tensors random(ModelSpec model) {
    return switch (new RandomPayloads(SEED).next(model)) {
      case Payload.Ordered ordered -> ordered.tensors();
      case Payload.Named _, Payload.Generated _ ->
          throw new IllegalStateException("random inputs are in the model's order");
    };
  }

  private static Progress progress(ModelCheck check) {
    return check.expectedNanos() > LONG_NANOS ? Progress.of("runs", check.steps()) : Progress.NONE;
  }

  private Path written(SeenProfiles profiles, Hosted hosted, List<CheckReport.Checked> checked) {
    try {
      Optional<Path> file = Optional.empty();
      for (CheckReport.Checked each : checked) {
        List<Integer> lengths = hosted.spec().lengths();
        file =
            profiles.write(
                lengths.isEmpty() ? 0 : lengths.get(each.bucket()),
                each.measured().profile(hosted.profiles().pages()));
      }
      return file.orElseThrow(() -> new IllegalStateException("the device looked up no profile"));
    } catch (IOException e) {
      throw new UnusableException(
          "--write: the profile can't be written beside %s: %s".formatted(path, e));
    }
  }
}
