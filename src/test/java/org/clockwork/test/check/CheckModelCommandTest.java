package org.clockwork.test.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.clockwork.core.device.Device;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.Zoo;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.Profile;
import org.clockwork.gpunative.cpu.PlanCpuDevice;
import org.clockwork.gpunative.onnx.OnnxDevice;
import org.clockwork.launcher.Main;
import org.clockwork.test.CCompiler;
import org.clockwork.test.Shape;
import org.clockwork.test.compiled.CompiledModels;
import org.clockwork.test.onnx.OnnxFiles;
import org.clockwork.worker.repository.ModelRepository;
import org.clockwork.worker.repository.ProfileFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code ./clockwork check_model PATH [INPUT]}, as it is typed. */
class CheckModelCommandTest {
  private static final String TIMES =
      "\\d+\\.\\d+ ms \\(2 runs: \\d+\\.\\d+ ms to \\d+\\.\\d+ ms, 90 % within \\d+\\.\\d+ ms\\)";

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path affine;

  @BeforeEach
  void create() throws IOException {
    affine = Files.createDirectories(folder.resolve("zoo/affine"));
    OnnxFiles.affine(affine.resolve("model.onnx"));
    Files.writeString(affine.resolve("settings.json"), "{\"batchSizes\": [1, 2, 4]}");
  }

  @Test
  void anOnnxModelIsToldInThePublishedWords() throws IOException {
    assertEquals(0, execute(affine.toString(), "--runs=2"), err::toString);
    long bytes = Files.size(affine.resolve("model.onnx"));
    Shape.of(
            "Checking .*/zoo/affine using random input on onnx:.+",
            "  input_size:  12",
            "  output_size: 12",
            "  workspace:   \\d{1,9}",
            "  weights size paged \\(non-paged\\) \\[num_pages\\]: 16777216 \\(%d\\) \\[1\\]"
                .formatted(bytes),
            "  weights transfer latency: " + TIMES,
            "  execution latency:",
            "    b1: " + TIMES,
            "    b2: " + TIMES,
            "    b4: " + TIMES,
            "  input and output latency of a row: \\d+\\.\\d+ ms and \\d+\\.\\d+ ms")
        .assertExactly(out.toString().lines().toList());
    assertFalse(Files.exists(affine.resolve("profile.json")), "nothing is written unasked");
  }

  @Test
  void everyBucketOfAModelIsToldByItsLength() throws IOException {
    Path words = Files.createDirectories(folder.resolve("zoo/words"));
    OnnxFiles.lookup(words.resolve("model.onnx"));
    Files.writeString(
        words.resolve("settings.json"), "{\"batchSizes\": [1, 2], \"sequenceLengths\": [4, 8]}");

    assertEquals(0, execute(words.toString(), "--runs=2", "--write"), err::toString);

    Shape.of(
            "Checking .*/zoo/words using random input on onnx:.+",
            "  input_size:  128",
            "  output_size: 32",
            "  workspace:   \\d{1,9}",
            "  weights size paged \\(non-paged\\) \\[num_pages\\]: 16777216 \\(\\d+\\) \\[1\\]",
            "  weights transfer latency: " + TIMES,
            "  execution latency, length 4:",
            "    b1: " + TIMES,
            "    b2: " + TIMES,
            "  execution latency, length 8:",
            "    b1: " + TIMES,
            "    b2: " + TIMES,
            "  input and output latency of a row, length 4: \\d+\\.\\d+ ms and \\d+\\.\\d+ ms",
            "  input and output latency of a row, length 8: \\d+\\.\\d+ ms and \\d+\\.\\d+ ms",
            "  profile written to .*/zoo/words/profile.json")
        .assertExactly(out.toString().lines().toList());
    JsonArray kept =
        new JsonObject(Files.readString(words.resolve("profile.json"))).getJsonArray("profiles");
    assertEquals(4, kept.getJsonObject(0).getInteger("sequenceLength"));
    assertEquals(8, kept.getJsonObject(1).getInteger("sequenceLength"));
  }

  @Test
  void anInputIsRunInTheBucketOfItsLength() throws IOException {
    Path words = Files.createDirectories(folder.resolve("zoo/words"));
    OnnxFiles.lookup(words.resolve("model.onnx"));
    Files.writeString(
        words.resolve("settings.json"), "{\"batchSizes\": [1], \"sequenceLengths\": [2, 4]}");
    Path input = folder.resolve("input.raw");
    ByteBuffer ids = ByteBuffer.allocate(4 * 8).order(ByteOrder.LITTLE_ENDIAN);
    ids.putLong(3).putLong(7).putLong(1).putLong(2);
    Files.write(input, ids.array());

    assertEquals(
        0, execute(words.toString(), input.toString(), "--runs=1", "--json=-"), err::toString);

    JsonObject told = new JsonObject(out.toString());
    assertEquals(2, told.getJsonArray("buckets").getJsonObject(0).getInteger("length"));
    assertEquals(1, told.getJsonArray("buckets").size());
    assertEquals(
        new JsonArray(List.of("30.0", "140.0")),
        told.getJsonArray("outputs").getJsonObject(0).getJsonArray("first"));
  }

  @Test
  void aCompiledModelIsToldWithItsRealSizes() throws Exception {
    assumeTrue(PlanCpuDevice.obstacle().isEmpty(), "compiled models don't run on this machine");
    assumeTrue(CCompiler.find().isPresent(), "no cc or gcc on PATH: no kernels can be compiled");
    Path compiled = CompiledModels.perceptron(folder.resolve("zoo/perceptron"));

    assertEquals(0, execute(compiled.toString(), "--runs=2"), err::toString);

    Shape.of(
            "Checking .*/zoo/perceptron using random input on plan-cpu:.+",
            "  input_size:  40",
            "  output_size: 16",
            "  workspace:   384",
            "  weights size paged \\(non-paged\\) \\[num_pages\\]: 16777216 \\(1184\\) \\[1\\]",
            "  weights transfer latency: " + TIMES,
            "  execution latency:",
            "    b1: " + TIMES,
            "    b2: " + TIMES,
            "    b4: " + TIMES,
            "  input and output latency of a row: \\d+\\.\\d+ ms and \\d+\\.\\d+ ms")
        .assertExactly(out.toString().lines().toList());
  }

  @Test
  void theWorkspaceIsWhatTheLargestBatchTakesBesideItsInputsAndOutputs() throws IOException {
    Path wide = Files.createDirectories(folder.resolve("zoo/wide"));
    int rowBytes = 4 << 20;
    OnnxFiles.affine(wide.resolve("model.onnx"), OnnxFiles.BATCH, rowBytes / 4);
    Files.writeString(wide.resolve("settings.json"), "{\"batchSizes\": [1, 4]}");

    assertEquals(0, execute(wide.toString(), "--runs=1", "--json=-"), err::toString);

    long workspaceBytes = new JsonObject(out.toString()).getLong("workspace_bytes");
    long doubledBytes = 4L * rowBytes;
    assertTrue(
        workspaceBytes >= doubledBytes && workspaceBytes < 3 * doubledBytes,
        () ->
            "x × 2 of four rows is %d bytes, and it took %d"
                .formatted(doubledBytes, workspaceBytes));
  }

  @Test
  void aModelOfTheZooTakesTheTimeThatWasMeasured() {
    assertEquals(0, execute("resnet50_v2", "--runs=2", "--json=-"), err::toString);
    JsonObject told = new JsonObject(out.toString());
    assertEquals(
        List.of(602_112, 4_000, 117_440_512, 102_160_300, 7),
        List.of(
            told.getInteger("input_bytes"),
            told.getInteger("output_bytes"),
            told.getInteger("weights_paged_bytes"),
            told.getInteger("weights_bytes"),
            told.getInteger("pages")));
    assertEquals("simulated", told.getString("device"));
    assertNull(told.getValue("input", "there"));
    assertNull(told.getValue("workspace_bytes", "there"), "nobody knows");
    Profile known = Zoo.find("resnet50_v2").orElseThrow().profile();
    assertTrue(told.getJsonObject("load_ms").getDouble("min") >= known.loadNanos() / 1e6);
    JsonObject exec = told.getJsonObject("exec_ms");
    assertEquals(known.execNanos().size(), exec.size());
    known
        .execNanos()
        .forEach(
            (batch, nanos) ->
                assertTrue(
                    exec.getJsonObject(batch.toString()).getDouble("min") >= nanos / 1e6,
                    exec::encode));
    assertTrue(
        err.toString()
            .contains("weights size paged (non-paged) [num_pages]: 117440512 (102160300) [7]"),
        err::toString);
  }

  @Test
  void aPublishedModelIsNamedByItsPrefixAndItsCodeIsNotRun() throws IOException {
    Path model = Files.createDirectories(folder.resolve("volta/resnet50_v2"));
    Files.writeString(model.resolve("model.measurements"), "weights = 8310000L; b1 = 2730000L;");
    Files.createFile(model.resolve("model.1.so"));
    for (String name : List.of("", "/model", "/model.measurements")) {
      out.getBuffer().setLength(0);
      assertEquals(0, execute(model + name, "--runs=2"), err::toString);
      Shape.of(
              "Checking .* using random input on simulated",
              "  compiled code of the published system \\(TVM 0.6, Volta\\) can't run here: its"
                  + " measurements are used",
              "  input_size:  602112",
              "    b1: " + TIMES)
          .assertInOrder(out.toString().lines().toList());
    }
  }

  @Test
  void theOutputsOfAnInputAreShown() throws Exception {
    ByteBuffer expected = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    for (int x = 1; x <= 6; x++) {
      expected.putFloat(2 * x + 1);
    }
    String shown =
        "    y FP32 [2, 3]: 3.0 5.0 7.0 9.0 11.0 13.0 sha256 "
            + HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(expected.array()));
    Path numpy = Files.write(folder.resolve("x.npy"), NumpyFiles.twoRows());
    Path raw =
        Files.write(folder.resolve("x.bin"), Arrays.copyOfRange(NumpyFiles.twoRows(), 128, 152));
    for (Path input : List.of(numpy, raw)) {
      out.getBuffer().setLength(0);
      assertEquals(
          0,
          execute(affine.resolve("model.onnx").toString(), input.toString(), "--runs=1"),
          err::toString);
      List<String> lines = out.toString().lines().toList();
      assertTrue(lines.getFirst().contains(" using " + input + " on onnx:"), lines::getFirst);
      assertEquals(List.of("  outputs:", shown), lines.subList(lines.size() - 2, lines.size()));
    }
  }

  @Test
  void severalInputsComeInOneArchive() throws IOException {
    Path model = lookup();
    Path input = Files.write(folder.resolve("both.npz"), NumpyFiles.idsAndWeights());
    assertEquals(
        0, execute(model.toString(), input.toString(), "--runs=1", "--json=-"), err::toString);
    JsonObject output = new JsonObject(out.toString()).getJsonArray("outputs").getJsonObject(0);
    assertEquals(List.of("30.0", "80.0"), output.getJsonArray("first").getList());
    assertEquals(List.of(1, 2), output.getJsonArray("shape").getList());
  }

  @Test
  void whatWasMeasuredIsWrittenWhereAWorkerFindsIt() throws Exception {
    assertEquals(0, execute(affine.toString(), "--runs=3", "--write", "--json=-"), err::toString);
    assertTrue(
        err.toString().contains("  profile written to " + affine + "/profile.json"), err::toString);
    JsonObject told = new JsonObject(out.toString());
    Map<Integer, Long> written = new TreeMap<>();
    told.getJsonObject("exec_ms")
        .forEach(
            each ->
                written.put(
                    Integer.valueOf(each.getKey()),
                    Math.round(((JsonObject) each.getValue()).getDouble("p90") * 1e6)));

    ModelSource source = new ModelRepository(folder.resolve("zoo")).find("affine");
    ProfileFiles files = new ProfileFiles(folder.resolve("cache"), AssertionError::new);
    try (Device device = new OnnxDevice(OnnxDevice.spec(1L << 30, 2, false), files)) {
      Profile profile = device.register(new ModelId(0), "affine", source).profile();
      assertEquals(written, profile.execNanos());
      assertEquals(
          Math.round(told.getJsonObject("load_ms").getDouble("p90") * 1e6), profile.loadNanos());
      assertEquals(1, profile.pages());
    }
  }

  @Test
  void whatIsNoModelIsToldWithExitCode2() throws IOException {
    refuses("/nowhere is not there; expected a folder with model.onnx", "/nowhere");
    refuses("resnet is not there", "resnet");
    Path text = Files.writeString(folder.resolve("notes.txt"), "hello");
    refuses(text + " is no model; expected a folder", text.toString());
    refuses("/ is no model", "/");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    refuses(
        "holds no model.onnx, model.json, model.measurements or profile.json", empty.toString());
    Path garbled = Files.writeString(empty.resolve("model.onnx"), "not protobuf");
    refuses(garbled + " is refused by ONNX Runtime: ", empty.toString());
    OnnxFiles.unknownOperator(garbled);
    refuses("Florb", empty.toString());
    OnnxFiles.total(garbled);
    refuses("expected the batch as its first dimension", empty.toString());
    Path wrong = Files.writeString(folder.resolve("x.measurements"), "b1 = 0L;");
    refuses("'b1' is 0L; expected nanoseconds above 0", wrong.toString());
    Path plan = Files.createDirectory(folder.resolve("plan"));
    Files.writeString(plan.resolve("model.json"), "{}");
    refuses(plan.resolve("model.json") + ":1:1: 'format' is missing", plan.toString());
    Files.writeString(affine.resolve("settings.json"), "{\"batchSizes\": [0]}");
    refuses("settings.json: line 1", affine.resolve("model.onnx").toString());
  }

  @Test
  void aWrongInputIsToldWithExitCode2() throws IOException {
    refuses("input /nowhere.npy is not there", affine.toString(), "/nowhere.npy");
    Path raw = Files.write(folder.resolve("x.bin"), new byte[13]);
    refuses(
        "input %s holds 13 bytes; expected 12 a row (x FP32 [3]), for 1 to 4 rows".formatted(raw),
        affine.toString(),
        raw.toString());
    ByteBuffer beyond = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN).putLong(99);
    Path input = Files.write(folder.resolve("beyond.bin"), beyond.array());
    refuses(
        "input %s isn't taken: model 'lookup' with batch size 1: ".formatted(input),
        lookup().toString(),
        input.toString());
  }

  @Test
  void wrongOptionsAreToldWithExitCode2() throws IOException {
    Path other = OnnxFiles.affine(folder.resolve("other.onnx"));
    refuses("--runs 0: expected 1 to 100000", affine.toString(), "--runs=0");
    refuses(
        "--device tpu: expected cuda, onnx, plan-cpu or simulated",
        affine.toString(),
        "--device=tpu");
    refuses("which cuda devices don't run; compile it first", affine.toString(), "--device=cuda");
    refuses("which simulated devices don't run", affine.toString(), "--device=simulated");
    refuses("only measurements are known", "resnet50_v2", "--device=onnx");
    refuses("compile it first", affine.toString(), "--device=plan-cpu");
    refuses("nothing is measured on a simulated device", "resnet50_v2", "--write");
    refuses(
        "beside a file called model.onnx, and this one is other.onnx", other.toString(), "--write");
    refuses("--conf /nowhere is no folder", affine.toString(), "--conf=/nowhere");
    refuses("Missing required parameter: 'PATH'");
  }

  private Path lookup() throws IOException {
    Path model = Files.createDirectories(folder.resolve("lookup"));
    OnnxFiles.lookup(model.resolve("model.onnx"));
    Files.writeString(
        model.resolve("settings.json"), "{\"sequenceLengths\": [2], \"batchSizes\": [1]}");
    return model;
  }

  private void refuses(String message, String... arguments) {
    err.getBuffer().setLength(0);
    assertEquals(2, execute(arguments), () -> message + "\n" + err);
    assertTrue(err.toString().contains(message), err::toString);
  }

  private int execute(String... arguments) {
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    String[] all = new String[arguments.length + 1];
    all[0] = "check_model";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return commandLine.execute(all);
  }
}
