package org.clockwork.test.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.clockwork.codecs.record.Command;
import org.clockwork.codecs.record.Entry;
import org.clockwork.codecs.record.Origin;
import org.clockwork.codecs.record.Recording;
import org.clockwork.controller.recording.RecordingConfig;
import org.clockwork.controller.recording.RecordingFile;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.scheduler.Reign;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RecordingFileTest {
  private static final Origin ORIGIN =
      new Origin(Reign.first(1), SchedulerConfig.DEFAULT, "default", "build", 0);

  private static final long MIB = 1 << 20;

  @TempDir Path folder;

  private final List<String> lines = new CopyOnWriteArrayList<>();

  @Test
  void whatIsRecordedIsReadAgainWithItsEnd() throws Exception {
    List<Entry> expected = new ArrayList<>();
    try (RecordingFile file = recording(RecordingConfig.DEFAULT)) {
      for (int i = 0; i < 20_000; i++) {
        expected.add(turn(i));
        file.accept(turn(i));
      }
    }
    expected.add(new Entry.End(Entry.Cause.STOPPED));
    assertEquals(expected, read());
    assertTrue(lines.getFirst().startsWith("Recording every event and command to " + file()));
    assertEquals(
        "Recorded 20,000 events in %,d bytes to %s".formatted(Files.size(file()), file()),
        lines.getLast());
  }

  @Test
  void atItsBoundARecordingEndsWithALineAndServingGoesOn() throws Exception {
    try (RecordingFile file = recording(RecordingConfig.DEFAULT.ofAtMost(MIB))) {
      for (int i = 0; i < 100_000; i++) {
        file.accept(turn(i));
      }
    }
    assertTrue(Files.size(file()) <= MIB && Files.size(file()) > MIB - 100);
    List<Entry> entries = read();
    assertEquals(new Entry.End(Entry.Cause.FULL), entries.getLast());
    for (int i = 0; i < entries.size() - 1; i++) {
      assertEquals(turn(i), entries.get(i));
    }
    List<String> told = lines.stream().filter(line -> line.contains("--record-bytes")).toList();
    assertEquals(1, told.size(), lines::toString);
    assertTrue(
        told.getFirst().contains("holds %,d events".formatted(entries.size() - 1)), told::toString);
  }

  @Test
  void whatTheBufferCannotHoldIsAGapThatIsCountedAndSaid() throws Exception {
    RecordingConfig narrow = new RecordingConfig(Optional.empty(), 1L << 30, 1_000);
    int accepted = 200_000;
    try (RecordingFile file = recording(narrow)) {
      for (int i = 0; i < accepted; i++) {
        file.accept(turn(i));
      }
    }
    long next = 0;
    long missing = 0;
    for (Entry entry : read()) {
      switch (entry) {
        case Entry.Turn turn -> assertEquals(turn(next++), turn, "after a gap of " + missing);
        case Entry.Gap(long turns) -> {
          missing += turns;
          next += turns;
        }
        case Entry.End _ -> {}
      }
    }
    assertEquals(accepted, next);
    assertTrue(missing > 0, "a buffer of 1,000 bytes can't have held them all");
    assertTrue(lines.getLast().endsWith("; %,d are missing".formatted(missing)), lines::toString);
  }

  @Test
  void aFullDiskIsSaidOnceAndDisturbsNobody() throws Exception {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "needs /dev/full, a disk that is always full");
    try (RecordingFile file =
        new RecordingFile(full, RecordingConfig.DEFAULT, ORIGIN, lines::add)) {
      for (int i = 0; i < 10_000; i++) {
        file.accept(turn(i));
      }
    }
    List<String> told = lines.stream().filter(line -> line.contains("can't write")).toList();
    assertEquals(1, told.size(), lines::toString);
    assertTrue(
        told.getFirst().contains("/dev/full") && told.getFirst().contains("serving goes on"),
        told::toString);
    assertEquals(told.getFirst(), lines.getLast());
  }

  @Test
  void theRecordingOfTheRunBeforeIsSetAside() throws Exception {
    for (int run = 0; run < 2; run++) {
      try (RecordingFile file = recording(RecordingConfig.DEFAULT)) {
        file.accept(turn(run));
      }
    }
    assertEquals(turn(1), read().getFirst());
    Files.move(folder.resolve("a.rec.1"), file(), StandardCopyOption.REPLACE_EXISTING);
    assertEquals(turn(0), read().getFirst());
  }

  private RecordingFile recording(RecordingConfig config) {
    return new RecordingFile(file(), config, ORIGIN, lines::add);
  }

  private Path file() {
    return folder.resolve("a.rec");
  }

  private static Entry.Turn turn(long number) {
    return new Entry.Turn(
        new Event.WakeUp(), number, List.of(new Command.WakeAt(number + 1)), false);
  }

  private List<Entry> read() throws Exception {
    List<Entry> entries = new ArrayList<>();
    try (Recording recording = Recording.open(file())) {
      for (Optional<Entry> next = recording.next(); next.isPresent(); next = recording.next()) {
        entries.add(next.get());
      }
    }
    return entries;
  }
}
