package org.clockwork.gateway.upload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.clockwork.core.gateway.Shown;
import org.clockwork.core.model.ModelName;

/**
 * Takes models into the repository, a few at a time. Shared by all doors of a gateway; what is
 * called here blocks.
 */
public final class Uploads {
  private static final String MODEL = "model";

  private final UploadsConfig config;
  private final Semaphore places;

  public Uploads(UploadsConfig config) {
    this.config = config;
    this.places = new Semaphore(config.maxAtOnce());
  }

  /** What has come. */
  public record Taken(String name, String version, int files, long bytes) {}

  public UploadsConfig config() {
    return config;
  }

  /** Whether anything may be uploaded at all. */
  public boolean open() {
    return config.repository().isPresent();
  }

  /** Whether there is room for one more; then it has to be left. */
  public boolean enter() {
    return places.tryAcquire();
  }

  public void leave() {
    places.release();
  }

  /**
   * A place for the archive of a model that is not there yet.
   *
   * @param version empty for a model without any, or for all of a new one
   */
  public Upload begin(String model, String version) throws UploadException, IOException {
    Path repository = config.repository().orElseThrow();
    String name = model + (version.isEmpty() ? "" : "/" + version);
    if (!version.isEmpty() && ModelName.number(version).isEmpty()) {
      throw new UploadException(
          "version %s: a number from 1 on is expected".formatted(Shown.text(version)));
    }
    if (!ModelName.of(name).copy().isEmpty()) {
      throw new UploadException(
          "model %s: copies are made where a model is loaded".formatted(Shown.text(name)));
    }
    Path target = repository;
    for (String word : EntryPath.of(MODEL, name).words()) {
      target = target.resolve(word);
      refuseInside(repository, target, name);
    }
    if (Files.exists(target)) {
      throw new UploadException(
          "model %s is in the repository already; upload it as a version, as …/models/NAME/versions/2/upload"
              .formatted(Shown.text(name)));
    }
    return new Upload(name, target, Staging.begin(repository));
  }

  /** A model is no place for another one, and a link leads elsewhere. */
  private static void refuseInside(Path repository, Path folder, String name)
      throws UploadException, IOException {
    if (Files.isSymbolicLink(folder)) {
      throw new UploadException(
          "model %s: '%s' is a link".formatted(Shown.text(name), repository.relativize(folder)));
    }
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        Optional<Path> model = files.filter(Files::isRegularFile).findFirst();
        if (model.isPresent()) {
          throw new UploadException(
              "model %s: '%s' is in the repository already, as a model without versions"
                  .formatted(Shown.text(name), repository.relativize(folder)));
        }
      }
    }
  }

  /** One model on its way. */
  public final class Upload {
    private final String name;
    private final Path target;
    private final Staging staging;

    private Upload(String name, Path target, Staging staging) {
      this.name = name;
      this.target = target;
      this.staging = staging;
    }

    /** Where the archive is to be written. */
    public Path archive() {
      return staging.archive();
    }

    /** The archive is complete: what is in it becomes a model of the repository. */
    public Taken finish() throws UploadException, IOException {
      ModelName parts = ModelName.of(name);
      Unpacking unpacked =
          Archive.unpack(staging.archive(), staging.model(), parts.version().isPresent(), config);
      staging.commit(target);
      return new Taken(
          parts.unversioned(), parts.versionText(), unpacked.files(), unpacked.bytes());
    }

    /** Nothing of it is left but the model, if it came to one. */
    public void clear() throws IOException {
      staging.clear();
    }
  }
}
