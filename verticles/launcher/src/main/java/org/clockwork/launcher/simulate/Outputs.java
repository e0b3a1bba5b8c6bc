package org.clockwork.launcher.simulate;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.clockwork.experiments.Result;
import org.clockwork.experiments.Table;
import org.clockwork.launcher.config.UnusableException;

/**
 * Where results go beside the table. What can be known to go wrong is found before anything is
 * simulated.
 *
 * @param results how many there will be: experiments times seeds
 */
public record Outputs(Optional<Path> json, Optional<Path> csv, Optional<Path> plot, int results) {
  private static final Path STANDARD_OUTPUT = Path.of("-");

  public void check() {
    json.filter(file -> !jsonAlone()).ifPresent(file -> checkFile("--json", file));
    csv.filter(this::oneFile).ifPresent(file -> checkFile("--csv", file));
    csv.filter(folder -> !oneFile(folder)).ifPresent(folder -> checkFolder("--csv", folder));
    plot.ifPresent(folder -> checkFolder("--plot", folder));
  }

  /** Nothing but the JSON may go to standard output. */
  public boolean jsonAlone() {
    return json.equals(Optional.of(STANDARD_OUTPUT));
  }

  /**
   * Its folder is made if it is missing.
   *
   * @throws UnusableException no file of that name can be written
   */
  public static void checkFile(String option, Path file) {
    if (Files.isDirectory(file)) {
      throw new UnusableException("%s %s is a folder; name a file".formatted(option, file));
    }
    Optional.ofNullable(file.toAbsolutePath().getParent())
        .ifPresent(folder -> checkFolder(option, folder));
    if (Files.exists(file) && !Files.isWritable(file)) {
      throw new UnusableException("%s %s can't be written".formatted(option, file));
    }
  }

  /**
   * It is made if it is missing.
   *
   * @throws UnusableException no file in it can be written
   */
  public static void checkFolder(String option, Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UnusableException(
          "%s: the folder %s can't be made: %s".formatted(option, folder, e));
    }
    if (!Files.isWritable(folder)) {
      throw new UnusableException("%s: the folder %s can't be written".formatted(option, folder));
    }
  }

  /** A name that ends so is that of a file, as long as there is one result only. */
  private boolean oneFile(Path path) {
    boolean named = path.toString().endsWith(".csv");
    if (named && results > 1) {
      throw new UnusableException(
          "--csv %s: %d tables don't fit one file, since they differ in columns or seed; name a folder"
              .formatted(path, results));
    }
    return named;
  }

  public void writeJson(String text, PrintWriter out) {
    if (jsonAlone()) {
      out.println(text);
      out.flush();
    } else {
      json.ifPresent(file -> write("--json", file, text + "\n"));
    }
  }

  /** In a folder, one named {@code E1-seed1.csv} for each. */
  public void writeCsv(List<Result> written) {
    csv.ifPresent(
        path ->
            written.forEach(
                result -> {
                  Path file =
                      oneFile(path)
                          ? path
                          : path.resolve(
                              "%s-seed%d.csv".formatted(result.experiment().name(), result.seed()));
                  write("--csv", file, Table.csv(result));
                }));
  }

  public void writePlot(String name, Supplier<String> svg) {
    plot.ifPresent(folder -> write("--plot", folder.resolve(name + ".svg"), svg.get()));
  }

  /**
   * Writes a whole file.
   *
   * @param option names it in the message
   */
  public static void write(String option, Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UnusableException("%s %s can't be written: %s".formatted(option, file, e));
    }
  }
}
