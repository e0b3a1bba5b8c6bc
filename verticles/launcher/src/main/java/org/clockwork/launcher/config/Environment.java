package org.clockwork.launcher.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clockwork.client.ClientConfig;
import org.clockwork.client.TraceFolder;
import org.clockwork.controller.ControllerConfig;
import org.clockwork.gpunative.RealTime;
import org.clockwork.launcher.lines.LogFormat;
import org.clockwork.worker.WorkerNodeConfig;

/** The environment variables that Clockwork knows; a blank one counts as unset. */
final class Environment {
  static final String MODEL_DIR = "CLOCKWORK_MODEL_DIR";
  static final String LOG_DIR = "CLOCKWORK_LOG_DIR";
  static final String LOG_FORMAT = "CLOCKWORK_LOG_FORMAT";
  static final String DISABLE_INPUTS = "CLOCKWORK_DISABLE_INPUTS";

  /** Named so by the published system. */
  static final String TRACE_DIR = "AZURE_TRACE_DIR";

  private final Map<String, String> variables;

  Environment(Map<String, String> variables) {
    this.variables = variables;
  }

  Configuration over(Configuration files) throws ConfigurationException {
    checkPriority();
    ControllerConfig controller = files.controller();
    WorkerNodeConfig worker = files.worker();
    Optional<Path> logs = value(LOG_DIR).map(Path::of);
    if (logs.isPresent()) {
      controller = controller.logging(controller.log().in(logs.get()));
    }
    Optional<Path> models = value(MODEL_DIR).map(Path::of);
    if (models.isPresent()) {
      worker = worker.serving(models.get());
    }
    Optional<Path> published = value(PublishedConfigFile.VARIABLE).map(Path::of);
    if (published.isPresent()) {
      worker = over(worker, PublishedConfigFile.read(published.get()));
    }
    ClientConfig client = disablesInputs() ? files.client().withoutInputs() : files.client();
    Optional<Path> traces = value(TRACE_DIR).map(Path::of);
    if (traces.isPresent()) {
      client = client.replaying(new TraceFolder(traces.get()));
    }
    return files.with(controller).with(worker).with(client).with(operators(files.operators()));
  }

  /** It is used where threads begin; what is wrong is told here, at the start. */
  private void checkPriority() throws ConfigurationException {
    try {
      RealTime.of(variables);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(List.of(e.getMessage()));
    }
  }

  private OperatorsConfig operators(OperatorsConfig files) throws ConfigurationException {
    Optional<String> word = value(LOG_FORMAT);
    Optional<LogFormat> format = word.flatMap(LogFormat::named);
    if (word.isPresent() && format.isEmpty()) {
      throw new ConfigurationException(
          List.of("%s is '%s'; expected %s".formatted(LOG_FORMAT, word.get(), LogFormat.words())));
    }
    return format.map(files::logging).orElse(files);
  }

  private static WorkerNodeConfig over(WorkerNodeConfig worker, PublishedConfigFile file) {
    return file.weightsCacheBytes().isPresent()
        ? worker.with(
            worker.devices().withGpuWeightsCacheBytes(file.weightsCacheBytes().getAsLong()))
        : worker;
  }

  private boolean disablesInputs() throws ConfigurationException {
    return switch (value(DISABLE_INPUTS).orElse("0")) {
      case "0" -> false;
      case "1" -> true;
      case String other ->
          throw new ConfigurationException(
              List.of(
                  "%s is '%s'; expected 1 (requests carry no input) or 0"
                      .formatted(DISABLE_INPUTS, other)));
    };
  }

  private Optional<String> value(String name) {
    return Optional.ofNullable(variables.get(name)).filter(text -> !text.isBlank());
  }
}
