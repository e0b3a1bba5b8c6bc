package org.clockwork.test.repository;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.clockwork.core.model.Profile;
import org.clockwork.gpunative.profile.GraphOptimisation;
import org.clockwork.gpunative.profile.ProfileStore;
import org.clockwork.worker.repository.ProfileFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileFilesTest {
  private static final ProfileStore.Entry ENTRY = entry(5);

  @TempDir Path folder;

  private final List<String> warnings = new ArrayList<>();
  private Path model;
  private Path cache;
  private ProfileFiles files;

  @BeforeEach
  void create() throws IOException {
    model = Files.createDirectory(folder.resolve("model"));
    cache = folder.resolve("cache");
    files = new ProfileFiles(cache, warnings::add);
  }

  @Test
  void whatIsKeptIsFoundAgainBesideTheModel() throws IOException {
    files.keep(key("onnx:a"), ENTRY);

    assertEquals(Optional.of(ENTRY), new ProfileFiles(cache, warnings::add).find(key("onnx:a")));
    assertTrue(Files.exists(model.resolve("profile.json")));
    assertTrue(Files.notExists(cache));
    try (Stream<Path> left = Files.list(model)) {
      assertEquals(1, left.count(), "no half-written file stays");
    }
  }

  @Test
  void aProfileHoldsOnlyForItsDeviceFileAndShape() {
    files.keep(key("onnx:a"), ENTRY);

    assertEquals(Optional.empty(), files.find(key("onnx:b")));
    assertEquals(
        Optional.empty(),
        files.find(new ProfileStore.Key(model, "onnx:a", "cd", List.of(1, 2), 64)));
    assertEquals(
        Optional.empty(),
        files.find(new ProfileStore.Key(model, "onnx:a", "ab", List.of(1, 4), 64)));
    assertEquals(
        Optional.empty(),
        files.find(new ProfileStore.Key(model, "onnx:a", "ab", List.of(1, 2), 128)));
  }

  @Test
  void profilesOfSeveralDevicesStandSideBySide() {
    files.keep(key("onnx:a"), ENTRY);
    files.keep(key("onnx:b"), entry(6));
    files.keep(key("onnx:a"), entry(7));

    assertEquals(Optional.of(entry(7)), files.find(key("onnx:a")));
    assertEquals(Optional.of(entry(6)), files.find(key("onnx:b")));
  }

  @Test
  void aRepositoryThatCannotBeWrittenLeavesTheCache() throws IOException {
    Path file = Files.createFile(folder.resolve("not-a-folder"));
    ProfileStore.Key key = new ProfileStore.Key(file, "onnx:AMD EPYC", "ab", List.of(1, 2), 64);

    files.keep(key, ENTRY);

    assertEquals(Optional.of(ENTRY), files.find(key));
    assertTrue(Files.exists(cache.resolve("onnx_AMD_EPYC/ab.json")));
    assertEquals(List.of(), warnings);
  }

  @Test
  void whereNothingCanBeWrittenItIsSaidOnce() throws IOException {
    Path file = Files.createFile(folder.resolve("not-a-folder"));
    ProfileFiles nowhere = new ProfileFiles(file.resolve("cache"), warnings::add);
    ProfileStore.Key key = new ProfileStore.Key(file, "onnx:a", "ab", List.of(1, 2), 64);

    nowhere.keep(key, ENTRY);
    nowhere.keep(key, ENTRY);

    assertEquals(Optional.empty(), nowhere.find(key));
    assertEquals(1, warnings.size(), warnings.toString());
    assertTrue(warnings.getFirst().contains(file.toString()), warnings.getFirst());
  }

  @Test
  void aBrokenProfileIsToldAndReplaced() throws IOException {
    Files.writeString(model.resolve("profile.json"), "{ oops");

    assertEquals(Optional.empty(), files.find(key("onnx:a")));
    assertTrue(warnings.getFirst().contains("profile.json:1:3: found 'oops'"), warnings.toString());
    files.keep(key("onnx:a"), ENTRY);
    assertEquals(Optional.of(ENTRY), files.find(key("onnx:a")));
  }

  @Test
  void theUsersCacheFollowsTheXdgConvention() {
    assertEquals(
        Path.of("/x/clockwork"), ProfileFiles.userCache(Map.of("XDG_CACHE_HOME", "/x"), "/home/u"));
    assertEquals(Path.of("/home/u/.cache/clockwork"), ProfileFiles.userCache(Map.of(), "/home/u"));
    assertEquals(
        Path.of("/home/u/.cache/clockwork"),
        ProfileFiles.userCache(Map.of("XDG_CACHE_HOME", "relative"), "/home/u"));
  }

  private ProfileStore.Key key(String device) {
    return new ProfileStore.Key(model, device, "ab", List.of(1, 2), 64);
  }

  private static ProfileStore.Entry entry(long loadNanos) {
    return new ProfileStore.Entry(
        new Profile(6, loadNanos, 1, 2, new TreeMap<>(Map.of(1, 10L, 2, 20L))),
        Optional.of(GraphOptimisation.BASIC));
  }
}
