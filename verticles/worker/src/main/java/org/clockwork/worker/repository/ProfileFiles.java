package org.clockwork.worker.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.clockwork.codecs.json.Problem;
import org.clockwork.gpunative.profile.ProfileStore;
import org.clockwork.worker.repository.ProfileJson.Measured;

/**
 * Keeps measured profiles in files: beside the model, or in the user's cache where the repository
 * can't be written. Where neither can, it says so once, and models are measured at every start.
 */
public final class ProfileFiles implements ProfileStore {
  private final Path cache;
  private final Consumer<String> warnings;
  private final AtomicBoolean saidUnwritable = new AtomicBoolean();

  /**
   * Touches nothing yet.
   *
   * @param cache for profiles that can't lie beside their model; created when needed
   * @param warnings told in a sentence each, for the log
   */
  public ProfileFiles(Path cache, Consumer<String> warnings) {
    this.cache = cache;
    this.warnings = warnings;
  }

  /** The folder for this project's files in the user's cache, by the XDG convention. */
  public static Path userCache(Map<String, String> environment, String home) {
    String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
    // The convention: a relative path is to be ignored.
    Path caches =
        !xdg.isEmpty() && Path.of(xdg).isAbsolute() ? Path.of(xdg) : Path.of(home, ".cache");
    return caches.resolve("clockwork");
  }

  @Override
  public Optional<Entry> find(Key key) {
    for (Path file : List.of(beside(key), cached(key))) {
      Optional<Measured> measured =
          read(file).stream().filter(entry -> entry.holdsFor(key)).findFirst();
      if (measured.isPresent()) {
        return measured.map(found -> new Entry(found.profile(), found.optimisation()));
      }
    }
    return Optional.empty();
  }

  @Override
  public void keep(Key key, Entry entry) {
    try {
      write(beside(key), key, entry);
    } catch (IOException repository) {
      try {
        write(cached(key), key, entry);
      } catch (IOException userCache) {
        if (!saidUnwritable.getAndSet(true)) {
          warnings.accept(
              "measured profiles can't be kept, so models are measured again at every start: neither %s (%s) nor %s (%s) can be written"
                  .formatted(key.folder(), repository, cache, userCache));
        }
      }
    }
  }

  /**
   * Keeps a profile beside its model and nowhere else.
   *
   * @return the file
   * @throws IOException it can't be written
   */
  public Path keepBeside(Key key, Entry entry) throws IOException {
    write(beside(key), key, entry);
    return beside(key);
  }

  private static Path beside(Key key) {
    return key.folder().resolve(ProfileJson.NAME);
  }

  private Path cached(Key key) {
    return cache
        .resolve(key.deviceKind().replaceAll("[^A-Za-z0-9.-]+", "_"))
        .resolve(key.modelSha256() + ".json");
  }

  private List<Measured> read(Path file) {
    if (Files.notExists(file)) {
      return List.of();
    }
    List<Problem> mistakes = new ArrayList<>();
    List<Measured> entries = List.of();
    try {
      entries = ProfileJson.read(file, mistakes);
    } catch (IOException e) {
      warnings.accept("%s can't be read, its profiles are measured again: %s".formatted(file, e));
    }
    mistakes.forEach(mistake -> warnings.accept(mistake + "; its profile is measured again"));
    return entries;
  }

  /** In one step, so that nobody ever reads half a file. */
  private void write(Path file, Key key, Entry entry) throws IOException {
    Files.createDirectories(file.getParent());
    List<Measured> entries = new ArrayList<>(read(file));
    entries.removeIf(known -> known.isOf(key));
    entries.add(
        new Measured(
            key.deviceKind(),
            key.modelSha256(),
            key.sequenceLength(),
            entry.optimisation(),
            entry.profile()));
    Path written = Files.createTempFile(file.getParent(), ".profile-", ".json");
    try {
      Files.writeString(written, ProfileJson.text(entries));
      Files.move(
          written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(written);
    }
  }
}
