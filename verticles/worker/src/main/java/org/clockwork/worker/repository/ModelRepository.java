package org.clockwork.worker.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.ModelSource.ModelSettings;
import org.clockwork.core.model.ModelName;
import org.clockwork.gpunative.compiled.PlanTargets;

/**
 * The models of one folder, one folder each, nested as its owner likes. A folder is a model when it
 * holds {@code model.onnx}, a compiled {@code model.json} or both, or else {@code
 * model.measurements} or {@code profile.json}, which simulated devices run. What can't be used is
 * told and never stops the rest. Nothing outside the folder is ever read, whatever name is asked
 * for and wherever a link points.
 */
public final class ModelRepository {
  static final String ONNX_FILE = "model.onnx";
  static final String PLAN_FILE = "model.json";

  /** As published: a model is the path before {@code .measurements}. */
  private static final String PUBLISHED_PREFIX = "model";

  /** Deeper nesting is a link that bites its own tail. */
  private static final int MAX_DEPTH = 16;

  private final Path root;

  /**
   * Looks at nothing yet.
   *
   * @param root need not be there until {@link #scan}
   */
  public ModelRepository(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  /** What a scan met: models by name in the order of their paths, and what could not be used. */
  public record Found(List<ModelSource> models, List<RepositoryProblem> problems) {
    public Found {
      models = List.copyOf(models);
      problems = List.copyOf(problems);
    }
  }

  public Path root() {
    return root;
  }

  /** Looks at every folder. Reads small files only, no weights. */
  public Found scan() {
    List<ModelSource> models = new ArrayList<>();
    List<RepositoryProblem> problems = new ArrayList<>();
    if (Files.isDirectory(root)) {
      scan(root, 0, models, problems);
    } else {
      problems.add(
          new RepositoryProblem(
              root, "is no folder; create it, or name another with --model-repository"));
    }
    return new Found(models, problems);
  }

  private void scan(
      Path folder, int depth, List<ModelSource> models, List<RepositoryProblem> problems) {
    if (depth > MAX_DEPTH) {
      problems.add(
          new RepositoryProblem(folder, "nested deeper than %d folders".formatted(MAX_DEPTH)));
      return;
    }
    read(folder, problems).ifPresent(models::add);
    for (Path inside : foldersIn(folder, problems)) {
      if (leavesRoot(inside)) {
        problems.add(new RepositoryProblem(inside, "links to outside of the repository " + root));
      } else {
        scan(inside, depth + 1, models, problems);
      }
    }
  }

  private static List<Path> foldersIn(Path folder, List<RepositoryProblem> problems) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(entry -> !entry.getFileName().toString().startsWith("."))
          .filter(Files::isDirectory)
          .sorted()
          .toList();
    } catch (IOException e) {
      problems.add(new RepositoryProblem(folder, "can't be listed: " + e));
      return List.of();
    }
  }

  /**
   * The model of that name as it is on disk now; a path may also be given as the published system
   * does, {@code resnet50_v2/model}.
   *
   * @throws DeviceException there is none, it can't be used, or the name leads out of the
   *     repository
   */
  public ModelSource find(String name) throws DeviceException {
    Path folder = folderOf(name);
    List<RepositoryProblem> problems = new ArrayList<>();
    Optional<ModelSource> found = read(folder, problems);
    if (found.isEmpty() && folder.endsWith(PUBLISHED_PREFIX)) {
      found = read(folder.getParent(), problems);
    }
    if (found.isPresent()) {
      return found.get();
    }
    throw unusable(
        name,
        problems.isEmpty()
            ? "%s holds no %s, %s, %s or %s"
                .formatted(folder, ONNX_FILE, PLAN_FILE, MeasurementsFile.NAME, ProfileJson.NAME)
            : problems.getFirst().toString());
  }

  /**
   * The model of that name as it is on disk now, or else its versions, each a model in a folder
   * that is named by a number.
   *
   * @throws DeviceException there is neither, or the highest version can't be used
   */
  public List<ModelSource> look(String name) throws DeviceException {
    try {
      return List.of(find(name));
    } catch (DeviceException none) {
      List<ModelSource> versions = versions(name);
      if (versions.isEmpty()) {
        throw none;
      }
      return versions;
    }
  }

  private List<ModelSource> versions(String name) throws DeviceException {
    List<RepositoryProblem> problems = new ArrayList<>();
    List<Long> numbers =
        Files.isDirectory(folderOf(name))
            ? foldersIn(folderOf(name), problems).stream()
                .flatMap(
                    folder -> ModelName.number(folder.getFileName().toString()).stream().boxed())
                .sorted()
                .toList()
            : List.of();
    List<ModelSource> versions = new ArrayList<>();
    for (long number : numbers) {
      try {
        versions.add(find(ModelName.of(name).at(number).toString()));
      } catch (DeviceException unusable) {
        if (number == numbers.getLast()) {
          throw unusable;
        }
      }
    }
    return versions;
  }

  private Path folderOf(String name) throws DeviceException {
    Path folder;
    try {
      folder = root.resolve(name);
    } catch (InvalidPathException e) {
      throw new DeviceException(
          ErrorCode.INVALID_MODEL_PATH, "a model's name can't be a path: " + e.getMessage(), e);
    }
    if (isHidden(name)) {
      throw unusable(name, "what begins with a dot is no model");
    }
    if (!folder.equals(folder.normalize()) || !folder.startsWith(root) || leavesRoot(folder)) {
      throw unusable(name, "it leads out of the repository " + root);
    }
    return folder;
  }

  /** As a scan leaves such folders out: something may be on its way in there. */
  private static boolean isHidden(String name) {
    return Arrays.stream(name.split("/"))
        .anyMatch(folder -> folder.startsWith(".") && !folder.equals(".."));
  }

  private static DeviceException unusable(String name, String why) {
    return new DeviceException(
        ErrorCode.INVALID_MODEL_PATH, "model '%s' can't be used: %s".formatted(name, why));
  }

  /** The model in that very folder, if it is one. */
  private Optional<ModelSource> read(Path folder, List<RepositoryProblem> problems) {
    Path onnx = folder.resolve(ONNX_FILE);
    Path plan = folder.resolve(PLAN_FILE);
    Path measurements = folder.resolve(MeasurementsFile.NAME);
    Path profile = folder.resolve(ProfileJson.NAME);
    List<Path> files =
        Stream.of(onnx, plan, measurements, profile).filter(Files::isRegularFile).toList();
    if (files.isEmpty()) {
      return Optional.empty();
    }
    boolean measuredOnly = !files.contains(onnx) && !files.contains(plan);
    List<Path> used = new ArrayList<>(measuredOnly ? files.subList(0, 1) : files);
    used.add(folder.resolve(SettingsFile.NAME));
    for (Path file : used) {
      if (leavesRoot(file)) {
        problems.add(new RepositoryProblem(file, "links to outside of the repository " + root));
        return Optional.empty();
      }
    }
    Optional<ModelSettings> settings = SettingsFile.read(folder, problems);
    if (settings.isEmpty()) {
      return Optional.empty();
    }
    String name = nameOf(folder);
    if (!measuredOnly) {
      return Optional.of(computed(name, folder, files, settings.get()));
    }
    return (files.getFirst().equals(measurements)
            ? MeasurementsFile.read(measurements, problems)
            : ProfileJson.simulated(profile, problems))
        .map(measured -> SimulatedSource.of(name, measured, settings.get()));
  }

  /** A model that devices compute, in each form that is there. */
  private static ModelSource computed(
      String name, Path folder, List<Path> files, ModelSettings settings) {
    ModelSource.Onnx onnx = new ModelSource.Onnx(name, folder.resolve(ONNX_FILE), folder, settings);
    if (!files.contains(folder.resolve(PLAN_FILE))) {
      return onnx;
    }
    ModelSource.Compiled compiled = compiled(name, folder, settings);
    return files.contains(onnx.file()) ? new ModelSource.Both(onnx, compiled) : compiled;
  }

  static ModelSource.Compiled compiled(String name, Path folder, ModelSettings settings) {
    return new ModelSource.Compiled(name, folder, folder, PlanTargets.of(folder), settings);
  }

  /** With '/' between, on every system; a root that is a model itself has its folder's name. */
  private String nameOf(Path folder) {
    return folder.equals(root)
        ? root.getFileName().toString()
        : root.relativize(folder).toString().replace('\\', '/');
  }

  /** What is not there leads nowhere. */
  private boolean leavesRoot(Path path) {
    try {
      return Files.exists(path) && !path.toRealPath().startsWith(root.toRealPath());
    } catch (IOException e) {
      return true;
    }
  }
}
