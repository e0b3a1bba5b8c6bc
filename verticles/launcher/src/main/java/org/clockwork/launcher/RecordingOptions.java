package org.clockwork.launcher;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.clockwork.controller.ControllerConfig;
import org.clockwork.controller.recording.RecordingConfig;
import org.clockwork.launcher.config.UnusableException;
import picocli.CommandLine.Option;

/** Options of every command whose controller may record what it decides. */
final class RecordingOptions {
  private static final long BYTES_MAX = 1L << 50;

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description = "Record every event and command of the scheduler, for clockwork replay.")
  private Optional<Path> file = Optional.empty();

  @Option(
      names = "--record-bytes",
      paramLabel = "N",
      description = "The recording ends before its file would be larger; otherwise 4 GiB.")
  private Optional<Long> bytes = Optional.empty();

  /** The settings with what was given laid over them. */
  ControllerConfig over(ControllerConfig files) {
    RecordingConfig recording = files.recording();
    if (file.isPresent()) {
      recording = recording.to(checked(file.get()));
    }
    if (bytes.isPresent()) {
      if (bytes.get() < RecordingConfig.BYTES_MIN || bytes.get() > BYTES_MAX) {
        throw new UnusableException(
            "--record-bytes %d: expected %d (1 MiB) to %d"
                .formatted(bytes.get(), RecordingConfig.BYTES_MIN, BYTES_MAX));
      }
      if (recording.file().isEmpty()) {
        throw new UnusableException(
            "--record-bytes %d bounds a recording and there is none; add --record FILE"
                .formatted(bytes.get()));
      }
      recording = recording.ofAtMost(bytes.get());
    }
    return files.recording(recording);
  }

  private static Path checked(Path file) {
    if (Files.isDirectory(file)) {
      throw new UnusableException("--record %s is a folder; name a file".formatted(file));
    }
    Path folder = file.toAbsolutePath().getParent();
    if (!Files.isDirectory(folder)) {
      throw new UnusableException(
          "--record %s: there is no folder %s; make it first".formatted(file, folder));
    }
    return file;
  }
}
