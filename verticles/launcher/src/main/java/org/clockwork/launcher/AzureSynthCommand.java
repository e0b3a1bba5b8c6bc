package org.clockwork.launcher;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.clockwork.core.trace.AzureFormat;
import org.clockwork.core.trace.AzureSynth;
import org.clockwork.core.trace.Traces;
import org.clockwork.launcher.config.UnusableException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code clockwork azure-synth --out DIR}: writes made-up traces in the published file format. */
@Command(
    name = "azure-synth",
    description = {
      "Writes made-up traces of the shape and in the format of the Azure Functions trace of 2019,",
      "a file a day: what the azure workloads replay where the published trace is not at hand."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class AzureSynthCommand implements Callable<Integer> {
  /** A file of that many functions has 3 GB. */
  private static final int FUNCTIONS_MAX = 1_000_000;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "The folder to write to; made if missing. Set AZURE_TRACE_DIR to it.")
  private Path folder = Path.of("");

  @Option(
      names = "--functions",
      paramLabel = "N",
      description = "Functions, each a line of every file; 46000 unless given, as published.")
  private int functions = AzureSynth.FUNCTIONS;

  @Option(
      names = "--days",
      paramLabel = "N",
      description = "Days, each a file; 1 unless given, at most 14.")
  private int days = 1;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "The same seed gives the same files; 1 unless given.")
  private long seed = 1;

  @Option(names = "--overwrite", description = "Replaces files that are there.")
  private boolean overwrite;

  @Spec private CommandSpec spec;

  private final Interruption interruption;

  AzureSynthCommand(Interruption interruption) {
    this.interruption = interruption;
  }

  @Override
  public Integer call() {
    expect("--functions", functions, FUNCTIONS_MAX);
    expect("--days", days, Traces.DAYS);
    List<Path> files = new ArrayList<>();
    for (int day = 1; day <= days; day++) {
      files.add(folder.resolve(AzureFormat.fileNames(day).getFirst()));
    }
    if (!overwrite) {
      files.stream().filter(Files::exists).findFirst().ifPresent(AzureSynthCommand::refuse);
    }
    try {
      if (!write(new AzureSynth(functions, seed), files)) {
        spec.commandLine().getErr().println("Stopped before all was written");
        return 1;
      }
    } catch (FileAlreadyExistsException e) {
      throw new UnusableException("--out %s is no folder".formatted(e.getFile()));
    } catch (IOException e) {
      throw new UnusableException("--out %s can't be written: %s".formatted(folder, e));
    }
    spec.commandLine()
        .getOut()
        .println("Replay with AZURE_TRACE_DIR=%s ./clockwork client azure".formatted(folder));
    return 0;
  }

  private static void expect(String option, int value, int max) {
    if (value < 1 || value > max) {
      throw new UnusableException(
          "%s %d: expected a whole number from 1 to %d".formatted(option, value, max));
    }
  }

  private static void refuse(Path file) {
    throw new UnusableException(
        "%s is there already; choose another --out, or replace it with --overwrite"
            .formatted(file));
  }

  /** False where the user has had enough before. */
  private boolean write(AzureSynth synth, List<Path> files) throws IOException {
    Files.createDirectories(folder);
    try (Progress progress = Progress.of("Functions written", (long) functions * days)) {
      for (int day = 1; day <= days; day++) {
        Path file = files.get(day - 1);
        // Under another name until it is whole: nobody reads half a trace.
        Path half = file.resolveSibling(file.getFileName() + ".part");
        try {
          if (!write(synth, day, half, progress)) {
            return false;
          }
          Files.move(half, file, StandardCopyOption.REPLACE_EXISTING);
        } finally {
          Files.deleteIfExists(half);
        }
        spec.commandLine()
            .getOut()
            .println("%s: %d functions, %d MB".formatted(file, functions, Files.size(file) >> 20));
      }
    }
    return true;
  }

  private boolean write(AzureSynth synth, int day, Path file, Progress progress)
      throws IOException {
    try (BufferedWriter lines = Files.newBufferedWriter(file)) {
      lines.append(AzureFormat.HEADER).append('\n');
      for (int function = 0; function < functions && !interruption.asked(); function++) {
        lines.append(synth.line(function, day)).append('\n');
        progress.to((long) functions * (day - 1) + function + 1);
      }
    }
    return !interruption.asked();
  }
}
