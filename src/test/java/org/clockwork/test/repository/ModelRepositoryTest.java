package org.clockwork.test.repository;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.ModelSource.ModelSettings;
import org.clockwork.worker.repository.ModelRepository;
import org.clockwork.worker.repository.ModelRepository.Found;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelRepositoryTest {
  private static final String PUBLISHED =
      "weights = 8310000L;\nb1 = 2730000L;\nb2 = 3850000L; b16 = 17330000L;\n";

  @TempDir Path folder;

  private Path root;
  private ModelRepository repository;

  @BeforeEach
  void create() throws IOException {
    root = Files.createDirectory(folder.resolve("models"));
    repository = new ModelRepository(root);
  }

  @Test
  void modelsAreNamedByTheirFolderHoweverDeepItLies() throws IOException {
    write("b/model.onnx", "");
    write("zoo/deep/a/model.measurements", PUBLISHED);
    write("zoo/README.md", "no model");
    write(".hidden/model.onnx", "");

    Found found = repository.scan();

    assertEquals(List.of(), found.problems());
    assertEquals(
        List.of("b", "zoo/deep/a"), found.models().stream().map(ModelSource::name).toList());
    ModelSource.Onnx onnx = assertInstanceOf(ModelSource.Onnx.class, found.models().getFirst());
    assertEquals(root.resolve("b/model.onnx"), onnx.file());
    assertEquals(root.resolve("b"), onnx.measurements());
  }

  @Test
  void versionsAreModelsInFoldersNamedByNumbers() throws Exception {
    write("m/2/model.measurements", PUBLISHED);
    write("m/10/model.measurements", PUBLISHED);
    write("m/old/model.measurements", PUBLISHED);
    write("m/03/model.measurements", PUBLISHED);

    assertEquals(
        List.of("m/2", "m/10"), repository.look("m").stream().map(ModelSource::name).toList());
    assertEquals(
        List.of("m/old"), repository.look("m/old").stream().map(ModelSource::name).toList());
  }

  @Test
  void aHighestVersionThatIsBrokenIsToldAndNoLowerOneTakenForIt() throws Exception {
    write("m/1/model.measurements", PUBLISHED);
    write("m/2/model.measurements", "nonsense");

    DeviceException broken = assertThrows(DeviceException.class, () -> repository.look("m"));

    assertTrue(broken.getMessage().contains("m/2/model.measurements"), broken::getMessage);
  }

  @Test
  void whatIsStillOnItsWayIsNoModel() throws Exception {
    write(".uploads/x/model/model.measurements", PUBLISHED);

    DeviceException hidden =
        assertThrows(DeviceException.class, () -> repository.find(".uploads/x/model"));

    assertTrue(hidden.getMessage().contains("dot"), hidden::getMessage);
  }

  @Test
  void publishedMeasurementsAreReadAsTheyAre() throws IOException {
    write("zoo/resnet50_v2/model.measurements", "# Volta\n" + PUBLISHED + "other = \"x\";");

    ModelSource.Measured model =
        assertInstanceOf(ModelSource.Measured.class, repository.scan().models().getFirst());

    assertEquals(8_310_000, model.profile().loadNanos());
    assertEquals(
        Map.of(1, 2_730_000L, 2, 3_850_000L, 16, 17_330_000L), model.profile().execNanos());
    assertEquals(602_112, model.spec().inputBytes(), "known from the zoo by its name");
    assertEquals(7, model.profile().pages());
  }

  @Test
  void aModelThatTheZooLacksGetsTheStatedSizes() throws IOException {
    write("mine/model.measurements", "weights = 1000000L; b1 = 5L;");

    ModelSource.Measured model =
        assertInstanceOf(ModelSource.Measured.class, repository.scan().models().getFirst());

    assertEquals(12_300_000, model.spec().weightsBytes());
    assertEquals(602_112, model.spec().inputBytes());
    assertEquals(4_000, model.spec().outputBytes());
  }

  @Test
  void aProfileAloneMakesASimulatedModel() throws IOException {
    write(
        "mine/profile.json",
        """
        { "format": "clockwork-profile/1",
          "profiles": [ { "device": "cuda:H100", "loadNanos": 5, "execNanos": { "1": 7, "8": 9 } } ] }
        """);

    Found found = repository.scan();

    assertEquals(List.of(), found.problems());
    ModelSource.Measured model =
        assertInstanceOf(ModelSource.Measured.class, found.models().getFirst());
    assertEquals(Map.of(1, 7L, 8, 9L), model.profile().execNanos());
  }

  @Test
  void aPlanSaysWhichDevicesNeedNotBeAsked() throws Exception {
    Path folder = Files.createDirectories(root.resolve("planned"));
    Files.writeString(folder.resolve("model.json"), "{\"targets\": {\"cuda:sm_90\": {}}}");
    ModelSource.Compiled forGpus = compiled("planned");
    assertEquals(List.of("cuda:sm_90"), forGpus.targets());
    assertTrue(forGpus.mayRunOn("cuda"));
    assertFalse(forGpus.mayRunOn("cpu"));
    Files.writeString(folder.resolve("model.json"), "{\"targets\": [1]}");
    assertTrue(compiled("planned").mayRunOn("cpu"), "who registers it will find out");
    Files.writeString(folder.resolve("model.json"), "{");
    assertTrue(compiled("planned").mayRunOn("cuda"), "who registers it will find out");
  }

  private ModelSource.Compiled compiled(String name) throws Exception {
    return repository.find(name).as(ModelSource.Compiled.class).orElseThrow();
  }

  @Test
  void aCompiledModelIsFoundByItsPlan() throws Exception {
    write("compiled/model.json", "{}");
    write("compiled/profile.json", "{}");
    write("compiled/settings.json", "{ \"batchSizes\": [2] }");

    ModelSource.Compiled model =
        assertInstanceOf(ModelSource.Compiled.class, repository.scan().models().getFirst());

    assertEquals("compiled", model.name());
    assertEquals(root.resolve("compiled"), model.folder());
    assertEquals(List.of(2), model.settings().batchSizes());
    assertEquals(model, repository.find("compiled"));
  }

  @Test
  void aModelThatIsThereInBothFormsIsOneModelForAllDevices() throws IOException {
    write("both/model.onnx", "");
    write("both/model.json", "{}");

    ModelSource model = repository.scan().models().getFirst();

    assertEquals("both", model.name());
    assertEquals(
        root.resolve("both/model.onnx"), model.as(ModelSource.Onnx.class).orElseThrow().file());
    assertEquals(root.resolve("both"), model.as(ModelSource.Compiled.class).orElseThrow().folder());
    assertEquals(Optional.empty(), model.as(ModelSource.Measured.class));
  }

  @Test
  void whatCannotBeUsedIsToldAndStopsNoOther() throws IOException {
    write("bad1/model.measurements", "weights = 1L;\nb1 = fast;\n");
    write("bad2/profile.json", "{ \"format\": 1 ");
    write("bad4/model.onnx", "");
    write("bad4/settings.json", "[]");
    write("bad5/model.measurements", "b1 = 5L;");
    write("good/model.onnx", "");

    Found found = repository.scan();

    assertEquals(List.of("good"), found.models().stream().map(ModelSource::name).toList());
    assertEquals(
        List.of(
            root.resolve("bad1/model.measurements")
                + ": line 2: 'b1' is fast; expected nanoseconds above 0, such as 2730000L",
            root.resolve("bad2/profile.json")
                + ": line 1, column 15: found the end of the text, expected ',' or '}'",
            root.resolve("bad4/settings.json")
                + ": line 1, column 1: expected an object, found a list",
            root.resolve("bad5/model.measurements") + ": lacks weights = …L;"),
        found.problems().stream().map(Object::toString).toList());
  }

  @Test
  void settingsSayHowAModelIsTreated() throws IOException {
    write("m/model.onnx", "");
    write(
        "m/settings.json",
        """
        { "defaultSloMillis": 12.5, // for the shop
          "batchSizes": [1, 4], "sequenceLengths": [128], "keepWarm": true, "copies": 3 }
        """);

    assertEquals(
        new ModelSettings(Optional.of(12_500_000L), List.of(1, 4), List.of(128), true, 3),
        repository.scan().models().getFirst().settings());
  }

  @Test
  void severalLengthsAreBucketsAndPaddingIsSaidForEachInput() throws IOException {
    write("m/model.onnx", "");
    write(
        "m/settings.json",
        "{ \"sequenceLengths\": [32, 64, 128, 256], \"padding\": { \"input_ids\": 1 } }");

    ModelSettings settings = repository.scan().models().getFirst().settings();

    assertEquals(List.of(32, 64, 128, 256), settings.sequenceLengths());
    assertEquals(Map.of("input_ids", 1L), settings.padding());
  }

  @Test
  void allMistakesInSettingsAreToldAtOnce() throws IOException {
    write("m/model.onnx", "");
    write(
        "m/settings.json",
        """
        {
          "defaultSloMilis": 10,
          "batchSizes": [4, 1],
          "copies": -1,
          "keepWarm": "yes"
        }
        """);

    Found found = repository.scan();

    String file = root.resolve("m/settings.json") + ": ";
    assertEquals(List.of(), found.models());
    assertEquals(
        List.of(
            file + "line 3, column 17: 'batchSizes' is [4, 1]; expected each size once, ascending",
            file + "line 5, column 15: 'keepWarm' is a string; expected true or false",
            file + "line 4, column 13: 'copies' is -1; expected a whole number from 0 to 10000",
            file
                + "line 2, column 3: unknown key 'defaultSloMilis'; did you mean"
                + " 'defaultSloMillis'?"),
        found.problems().stream().map(Object::toString).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../secret",
        "a/../../secret",
        "/etc",
        "./a",
        "a/../a",
        "link",
        "link/deep",
        "a\0b"
      })
  void noNameLeadsOutOfTheRepository(String name) throws IOException {
    write("a/model.onnx", "");
    Files.createDirectories(folder.resolve("secret/deep"));
    Files.writeString(folder.resolve("secret/model.onnx"), "");
    Files.writeString(folder.resolve("secret/deep/model.onnx"), "");
    Files.createSymbolicLink(root.resolve("link"), folder.resolve("secret"));

    DeviceException e = assertThrows(DeviceException.class, () -> repository.find(name));

    assertEquals(ErrorCode.INVALID_MODEL_PATH, e.code());
  }

  @Test
  void linksOutOfTheRepositoryAreToldAndNotFollowed() throws IOException {
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.writeString(outside.resolve("model.onnx"), "");
    Files.createSymbolicLink(root.resolve("folder"), outside);
    Files.createDirectory(root.resolve("file"));
    Files.createSymbolicLink(root.resolve("file/model.onnx"), outside.resolve("model.onnx"));
    write("good/model.onnx", "");

    Found found = repository.scan();

    assertEquals(List.of("good"), found.models().stream().map(ModelSource::name).toList());
    assertEquals(
        List.of(
            root.resolve("file/model.onnx") + ": links to outside of the repository " + root,
            root.resolve("folder") + ": links to outside of the repository " + root),
        found.problems().stream().map(Object::toString).toList());
  }

  @Test
  void aLinkThatBitesItsTailEnds() throws IOException {
    write("a/model.onnx", "");
    Files.createSymbolicLink(root.resolve("a/again"), root.resolve("a"));

    Found found = repository.scan();

    assertTrue(found.models().size() < 20, "models=" + found.models().size());
    assertEquals(1, found.problems().size());
  }

  @Test
  void aModelIsFoundByItsNameAndByThePublishedPrefix() throws Exception {
    write("zoo/resnet50_v2/model.measurements", PUBLISHED);

    assertEquals("zoo/resnet50_v2", repository.find("zoo/resnet50_v2").name());
    assertEquals("zoo/resnet50_v2", repository.find("zoo/resnet50_v2/model").name());
    DeviceException e = assertThrows(DeviceException.class, () -> repository.find("zoo/resnet50"));
    assertTrue(e.getMessage().contains("holds no model.onnx"), e.getMessage());
  }

  @Test
  void aRepositoryThatIsNotThereIsAProblemAndNotAFailure() {
    Found found = new ModelRepository(folder.resolve("nowhere")).scan();

    assertEquals(List.of(), found.models());
    assertEquals(1, found.problems().size());
  }

  private void write(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
