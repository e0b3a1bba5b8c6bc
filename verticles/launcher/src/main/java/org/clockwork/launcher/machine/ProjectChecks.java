package org.clockwork.launcher.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.clockwork.launcher.config.Configuration;
import org.clockwork.launcher.config.ConfigurationException;
import org.clockwork.launcher.config.ConfigurationReader;
import org.clockwork.launcher.config.RoleFile;
import org.clockwork.launcher.machine.Item.Subject;
import org.clockwork.worker.repository.ModelRepository;

/** Clockwork's own folders and files, and the Java that runs it. */
final class ProjectChecks {
  private static final int JAVA = 25;
  private static final String OPTIONS = "jvm.options";

  private ProjectChecks() {}

  /** Settings first: they name the folders. */
  static List<Item> files(Machine machine) {
    Subject settings =
        new Subject("settings", Item.EVERY_ROLE, "files and variables without a mistake");
    Configuration configuration = Configuration.DEFAULT;
    Item item;
    try {
      configuration = ConfigurationReader.read(machine.conf(), machine.environment());
      item = found(settings, machine.conf());
    } catch (ConfigurationException e) {
      item =
          settings.fail(
              String.join("; ", e.getMessage().lines().toList()),
              "correct the places named; a file that is not there leaves its role at the defaults");
    }
    return List.of(
        models(configuration.worker().modelRepository(), machine.access()),
        logs(configuration.controller().log().directory(), machine.access()),
        item);
  }

  private static Item found(Subject settings, Path conf) {
    String there =
        Arrays.stream(RoleFile.values())
            .map(RoleFile::fileName)
            .filter(name -> Files.exists(conf.resolve(name)))
            .collect(Collectors.joining(", "));
    return there.isEmpty()
        ? settings.warning(
            "no file in %s, so the defaults hold".formatted(conf), "name their folder with --conf")
        : settings.ok("%s in %s".formatted(there, conf));
  }

  private static Item models(Optional<Path> named, Machine.Access access) {
    Subject subject = new Subject("model folder", Item.WORKER, "a folder that can be read");
    if (named.isEmpty()) {
      return subject.warning(
          "not named, so a worker offers the simulated zoo alone",
          "export CLOCKWORK_MODEL_DIR=FOLDER");
    }
    Path folder = named.get();
    if (!Files.isDirectory(folder)) {
      return subject.fail(folder + " is no folder", "mkdir -p '%s'".formatted(folder));
    }
    if (!access.reads(folder)) {
      return subject.fail(
          folder + " may not be read by this user", "sudo chmod -R a+rX '%s'".formatted(folder));
    }
    ModelRepository.Found found = new ModelRepository(folder).scan();
    String said = "%s, with %d model(s)".formatted(folder, found.models().size());
    if (!found.problems().isEmpty()) {
      return subject.warning(
          "%s; can't be used: %s".formatted(said, found.problems().getFirst()),
          "mend the file named, or take it away; ./clockwork worker names all of them");
    }
    return subject.ok(
        access.writes(folder)
            ? said
            : said + "; it can't be written, so profiles are kept in the user's cache");
  }

  /** Unlike the published system, ours creates it. */
  private static Item logs(Path folder, Machine.Access access) {
    Subject subject = new Subject("log folder", Item.CONTROLLER, "a folder that can be written");
    String remedy =
        "sudo mkdir -p '%1$s'; sudo chown \"$USER\" '%1$s'; or export CLOCKWORK_LOG_DIR=FOLDER"
            .formatted(folder);
    if (Files.isDirectory(folder)) {
      return access.writes(folder)
          ? subject.ok(folder.toString())
          : subject.fail(folder + " may not be written by this user", remedy);
    }
    if (Files.exists(folder)) {
      return subject.fail(folder + " is no folder", "export CLOCKWORK_LOG_DIR=FOLDER");
    }
    Path above = nearestThere(folder.toAbsolutePath());
    return Files.isDirectory(above) && access.writes(above)
        ? subject.ok(folder + " is not there yet; the controller creates it")
        : subject.fail(
            "%s is not there and can't be created in %s".formatted(folder, above), remedy);
  }

  private static Path nearestThere(Path path) {
    Path there = path;
    while (there.getParent() != null && !Files.exists(there)) {
      there = there.getParent();
    }
    return there;
  }

  static List<Item> java(Machine machine) {
    return List.of(jdk(machine.jvm()), flags(machine));
  }

  private static Item jdk(Machine.Jvm jvm) {
    Subject subject = new Subject("JDK", Item.EVERY_ROLE, JAVA + " or newer");
    String found = "%s in %s".formatted(jvm.version(), jvm.home());
    return jvm.feature() >= JAVA
        ? subject.ok(found)
        : subject.fail(
            found, "install Eclipse Temurin %d; export JAVA_HOME=ITS_FOLDER".formatted(JAVA));
  }

  private static Item flags(Machine machine) {
    Path file = machine.conf().resolve(OPTIONS);
    Subject subject =
        new Subject(
            "JVM flags", Item.EVERY_ROLE, "those of " + file + ", or others in their place");
    JvmFlags wanted;
    try {
      wanted = JvmFlags.read(file);
    } catch (IOException e) {
      return subject.warning(
          "there is no %s to compare with".formatted(file), "name its folder with --conf");
    }
    JvmFlags.Compared compared = wanted.compare(machine.jvm().flags());
    return compared.missing().isEmpty()
        ? subject.ok(compared.toString())
        : subject.fail(
            compared.toString(), "start it by ./clockwork, or with java @%s".formatted(file));
  }
}
