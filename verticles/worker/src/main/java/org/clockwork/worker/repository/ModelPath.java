package org.clockwork.worker.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.ModelSource.ModelSettings;
import org.clockwork.core.device.Zoo;
import org.clockwork.core.model.Profile;

/**
 * A model as an operator names it at a command line: by its folder or by one of its files, wherever
 * they lie, as the published system does ({@code …/resnet50_v2/model}), or a model of the simulated
 * zoo by its name.
 */
public final class ModelPath {
  private static final String ONNX = ".onnx";
  private static final String MEASUREMENTS = ".measurements";
  private static final String EXPECTED =
      "expected a folder with %s, %s, %s or %s, one such file, or a name of the simulated zoo"
          .formatted(
              ModelRepository.ONNX_FILE,
              ModelRepository.PLAN_FILE,
              MeasurementsFile.NAME,
              ProfileJson.NAME);

  private ModelPath() {}

  /**
   * The model there.
   *
   * @throws DeviceException nothing is there, or it is no model; the reason names the file and what
   *     is expected
   */
  public static ModelSource find(Path path) throws DeviceException {
    Path prefixed = path.resolveSibling(path.getFileName() + MEASUREMENTS);
    if (Files.isDirectory(path)) {
      return folder(path);
    }
    if (Files.isRegularFile(path)) {
      return file(path);
    }
    if (Files.isRegularFile(prefixed)) {
      return folder(path.toAbsolutePath().getParent());
    }
    Optional<ModelSource.Measured> simulated = Zoo.find(path.toString());
    if (simulated.isPresent()) {
      return simulated.get();
    }
    throw unusable(path, "is not there; " + EXPECTED);
  }

  /**
   * Whether compiled code of the published system lies there, for TVM 0.6 and Volta: nothing here
   * runs it.
   */
  public static boolean hasPublishedCode(Path path) {
    Path folder = Files.isDirectory(path) ? path : path.toAbsolutePath().getParent();
    if (!Files.isRegularFile(folder.resolve(MeasurementsFile.NAME))) {
      return false; // a name of the zoo, or a profile of ours
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .anyMatch(name -> name.matches(".*\\.(clockwork_params|\\d+\\.so)"));
    } catch (IOException e) {
      return false;
    }
  }

  /** As a worker would find it in a repository that is the folder around it. */
  private static ModelSource folder(Path path) throws DeviceException {
    Path folder;
    try {
      folder = path.toRealPath();
    } catch (IOException e) {
      throw unusable(path, "can't be read: " + e);
    }
    if (folder.getParent() == null) {
      throw unusable(path, "is no model; " + EXPECTED);
    }
    return new ModelRepository(folder.getParent()).find(folder.getFileName().toString());
  }

  private static ModelSource file(Path given) throws DeviceException {
    Path file = given.toAbsolutePath().normalize();
    String name = file.getFileName().toString();
    List<RepositoryProblem> problems = new ArrayList<>();
    if (name.equals(ModelRepository.ONNX_FILE) || name.equals(ModelRepository.PLAN_FILE)) {
      Path folder = file.getParent();
      ModelSettings settings =
          SettingsFile.read(folder, problems).orElseThrow(() -> unusable(problems.getFirst()));
      return name.equals(ModelRepository.ONNX_FILE)
          ? new ModelSource.Onnx(nameOf(folder), file, folder, settings)
          : ModelRepository.compiled(nameOf(folder), folder, settings);
    }
    if (name.endsWith(ONNX)) {
      return new ModelSource.Onnx(without(name, ONNX), file, file.getParent(), ModelSettings.NONE);
    }
    if (name.endsWith(MEASUREMENTS)) {
      return simulated(
          name.equals(MeasurementsFile.NAME)
              ? nameOf(file.getParent())
              : without(name, MEASUREMENTS),
          MeasurementsFile.read(file, problems),
          problems);
    }
    if (name.equals(ProfileJson.NAME)) {
      return simulated(nameOf(file.getParent()), ProfileJson.simulated(file, problems), problems);
    }
    throw unusable(given, "is no model; " + EXPECTED);
  }

  private static ModelSource simulated(
      String name, Optional<Profile> profile, List<RepositoryProblem> problems)
      throws DeviceException {
    return SimulatedSource.of(
        name, profile.orElseThrow(() -> unusable(problems.getFirst())), ModelSettings.NONE);
  }

  private static String nameOf(Path folder) {
    return folder.getFileName() == null ? "model" : folder.getFileName().toString();
  }

  private static String without(String name, String end) {
    String rest = name.substring(0, name.length() - end.length());
    return rest.isEmpty() ? name : rest;
  }

  private static DeviceException unusable(Path path, String why) {
    return new DeviceException(ErrorCode.INVALID_MODEL_PATH, path + " " + why);
  }

  private static DeviceException unusable(RepositoryProblem problem) {
    return new DeviceException(ErrorCode.INVALID_MODEL_PATH, problem.toString());
  }
}
