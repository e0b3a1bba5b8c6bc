package org.clockwork.gateway.upload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.clockwork.test.attack.Attack;

/** Archives that are brought as models. Whatever they hold, nothing leaves the repository. */
public final class ArchiveAttacks {
  private static final List<String> NAMES =
      List.of(
          "settings.json",
          "../out",
          "a/../../../out",
          "/tmp/out",
          "1/model.onnx",
          "a/b/c/d/e/f/g/h/i",
          ".hidden");

  /** Unpacked; zipped it is a thousandth of that. */
  private static final int BOMB = 200_000;

  private static final int UNPACKED_BYTES_MAX = 64 << 10;

  /** Streams that unpack have buffers, however little comes. */
  private static final long BYTES_MAX = 2 << 20;

  private ArchiveAttacks() {}

  public static List<Attack> all() {
    return List.of(attack("zip"), attack("tar"));
  }

  private static Attack attack(String kind) {
    Path around = folder();
    Path repository = around.resolve("repository");
    Uploads uploads =
        new Uploads(
            new UploadsConfig(Optional.of(repository), 1 << 20, UNPACKED_BYTES_MAX, 10, 100, 1));
    return new Attack(
        "archive, " + kind,
        dice -> sample(kind, dice),
        List.of(
            "../../out".getBytes(StandardCharsets.UTF_8),
            "/tmp/out".getBytes(StandardCharsets.UTF_8),
            new byte[] {'P', 'K', 1, 2},
            new byte[] {'P', 'K', 5, 6},
            new byte[] {-1, -1, -1, -1}),
        bytes -> take(uploads, around, repository, bytes),
        List.of(UploadException.class),
        BYTES_MAX);
  }

  private static Path folder() {
    try {
      Path around = Files.createTempDirectory("archives");
      Files.createDirectory(around.resolve("repository"));
      return around;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] sample(String kind, RandomGenerator dice) {
    try {
      return Archives.of(kind)
          .file("model.onnx", "x".repeat(dice.nextInt(2_000)))
          .file(NAMES.get(dice.nextInt(NAMES.size())), "x".repeat(dice.nextInt(4) == 0 ? BOMB : 9))
          .bytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void take(Uploads uploads, Path around, Path repository, byte[] archive)
      throws IOException, UploadException {
    Uploads.Upload upload = uploads.begin("m", "");
    try {
      Files.write(upload.archive(), archive);
      upload.finish();
    } finally {
      upload.clear();
      check(around, repository);
    }
  }

  /** What came goes again; there must be nothing beside it, nor too much of it. */
  private static void check(Path around, Path repository) throws IOException {
    try (Stream<Path> all = Files.walk(around)) {
      List<Path> strangers =
          all.filter(Files::isRegularFile)
              .filter(file -> !file.startsWith(repository.resolve("m")))
              .toList();
      if (!strangers.isEmpty()) {
        throw new AssertionError(strangers + " were put where they don't belong");
      }
    }
    Path model = repository.resolve("m");
    if (!Files.exists(model)) {
      return;
    }
    long bytes = 0;
    try (Stream<Path> files = Files.walk(model)) {
      for (Path each : files.sorted((one, other) -> other.compareTo(one)).toList()) {
        bytes += Files.isRegularFile(each) ? Files.size(each) : 0;
        Files.delete(each);
      }
    }
    if (bytes > UNPACKED_BYTES_MAX) {
      throw new AssertionError(bytes + " bytes were unpacked");
    }
  }
}
