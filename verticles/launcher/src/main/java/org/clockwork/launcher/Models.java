package org.clockwork.launcher;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.Zoo;
import org.clockwork.launcher.config.UnusableException;
import org.clockwork.worker.WorkerNodeConfig;
import org.clockwork.worker.repository.ModelRepository;
import org.clockwork.worker.repository.RepositoryProblem;

/** Which models a worker offers: those of a repository, and those of the simulated zoo. */
final class Models {
  private Models() {}

  /** The whole zoo, served without being asked for. */
  static List<ModelSource> zooAlone() {
    List<ModelSource> models = new ArrayList<>();
    for (ModelSource.Measured model : Zoo.models()) {
      models.add(
          new ModelSource.Measured(model.spec(), model.profiles(), ModelSource.ModelSettings.NONE));
    }
    return models;
  }

  /** The whole zoo and the profiles for tests, each served when it is asked for. */
  static List<ModelSource> zooOnDemand() {
    List<ModelSource> models = new ArrayList<>(Zoo.models());
    models.addAll(Zoo.forTests());
    return models;
  }

  /**
   * What a worker by itself offers: its repository and, where it simulates, the zoo, served when it
   * is asked for.
   */
  static List<ModelSource> ofWorker(WorkerNodeConfig config, Consumer<String> lines) {
    boolean simulates = config.devices().simulated().gpus() > 0;
    if (config.modelRepository().isEmpty()) {
      lines.accept(
          "No model repository (neither --model-repository nor CLOCKWORK_MODEL_DIR): offering the"
              + " simulated zoo alone");
      return zooOnDemand();
    }
    Map<String, ModelSource> byName = new LinkedHashMap<>();
    if (simulates) {
      Zoo.forTests().forEach(model -> byName.put(model.name(), model));
    }
    of(config.modelRepository().get(), simulates, lines)
        .forEach(model -> byName.put(model.name(), model));
    return List.copyOf(byName.values());
  }

  /** Without a repository: simulated GPUs alone, and one where there would be none. */
  static WorkerNodeConfig withSomethingToRun(WorkerNodeConfig config) {
    if (config.modelRepository().isPresent()) {
      return config;
    }
    int gpus = Math.max(1, config.devices().simulated().gpus());
    return config.with(config.devices().onlySimulatedGpus(gpus));
  }

  /**
   * What a repository holds. What can't be used there is told, with file and reason, and left out.
   *
   * @param withZoo also the models of the zoo, served when asked for; a model of the repository
   *     goes before one of the same name
   * @throws UnusableException the repository itself can't be used
   */
  static List<ModelSource> of(Path repository, boolean withZoo, Consumer<String> lines) {
    ModelRepository.Found found = new ModelRepository(repository).scan();
    for (RepositoryProblem problem : found.problems()) {
      if (problem.file().equals(repository.toAbsolutePath().normalize())) {
        throw new UnusableException("model repository " + problem);
      }
      lines.accept("not served: " + problem);
    }
    Map<String, ModelSource> byName = new LinkedHashMap<>();
    if (withZoo) {
      Zoo.models().forEach(model -> byName.put(model.name(), model));
    }
    found.models().forEach(model -> byName.put(model.name(), model));
    return List.copyOf(byName.values());
  }
}
