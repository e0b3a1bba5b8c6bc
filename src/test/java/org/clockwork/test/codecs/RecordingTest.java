package org.clockwork.test.codecs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.clockwork.codecs.record.Command;
import org.clockwork.codecs.record.Entry;
import org.clockwork.codecs.record.Origin;
import org.clockwork.codecs.record.Recorder;
import org.clockwork.codecs.record.Recording;
import org.clockwork.codecs.record.RecordingException;
import org.clockwork.codecs.record.RecordingFormat;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.Window;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.request.Input;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.scheduler.Reign;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.core.worker.Announcement;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is recorded can be read again, and nothing that befalls a file is taken for a recording. */
class RecordingTest {
  private static final Origin ORIGIN =
      new Origin(
          Reign.of(7, 3),
          SchedulerConfig.DEFAULT.withTenants(Map.of("heavy", 3.0, "light", 0.5), 17),
          "default",
          "1.2.3",
          1_700_000_000_000L);

  private static final GatewayId GATEWAY = new GatewayId("g");

  @TempDir Path folder;

  @Test
  void everyEntryComesBackEqual() {
    Set<Object> missing = new LinkedHashSet<>(Vocabulary.of(Entry.class, Set.of()));
    Seeds.each(
        2_000,
        seed -> {
          List<Entry> entries = drawn(Seeds.random(seed));
          assertEquals(entries, read(written(entries)));
          entries.forEach(
              entry -> {
                if (!missing.isEmpty()) {
                  Set<Object> parts = new LinkedHashSet<>();
                  Vocabulary.parts(entry, parts, _ -> {});
                  missing.removeAll(parts);
                }
              });
        });
    assertEquals(Set.of(), missing, "what was never drawn");
  }

  @Test
  void theBeginningComesBackEqualWithAllThatASchedulerIsMadeFrom() throws Exception {
    try (Recording recording = Recording.open(file(written(List.of())))) {
      assertEquals(ORIGIN, recording.origin());
    }
  }

  @Test
  void aFileThatIsCutAnywhereIsReadUpToTheLastWholeEntryAndSaysSo() throws Exception {
    List<Entry> entries = everyKind();
    byte[] whole = written(entries);
    byte[] beginning = RecordingFormat.beginning(ORIGIN);
    for (int length = 0; length < whole.length; length++) {
      Path cut = file(Arrays.copyOf(whole, length));
      if (length < beginning.length) {
        RecordingException e =
            assertThrows(RecordingException.class, () -> Recording.open(cut).close());
        assertTrue(e.getMessage().startsWith(cut + " is "), e::getMessage);
        continue;
      }
      List<Entry> read = new ArrayList<>();
      try (Recording recording = Recording.open(cut)) {
        readAll(recording, read);
        Recording.Cut where = recording.cut().orElseThrow();
        assertEquals(length, where.atByte() + where.leftBytes());
        assertEquals(Optional.empty(), recording.ended());
      }
      assertEquals(entries.subList(0, read.size()), read);
    }
  }

  @Test
  void aGarbledByteIsFoundWhereverItIs() throws Exception {
    List<Entry> entries = everyKind();
    byte[] whole = written(entries);
    for (int at = 0; at < whole.length; at++) {
      for (int bit : new int[] {0, 3, 7}) {
        byte[] garbled = whole.clone();
        garbled[at] ^= (byte) (1 << bit);
        Path file = file(garbled);
        RecordingException e =
            assertThrows(
                RecordingException.class, () -> read(garbled), "byte " + at + " bit " + bit);
        assertTrue(
            e.getMessage().startsWith(file.toString()) && e.getMessage().contains("byte "),
            e::getMessage);
      }
    }
  }

  @Test
  void whatFollowsTheEndIsNotReadOverSilently() throws Exception {
    byte[] whole = written(everyKind());
    byte[] longer = Arrays.copyOf(whole, whole.length + 3);
    RecordingException e = assertThrows(RecordingException.class, () -> read(longer));
    assertTrue(
        e.getMessage().contains("3 bytes follow its end at byte " + whole.length), e::getMessage);
  }

  @Test
  void anotherVersionIsNamedWithTheOneThatIsRead() throws Exception {
    byte[] whole = written(everyKind());
    whole["clockrec".length()]++;
    RecordingException e = assertThrows(RecordingException.class, () -> read(whole));
    assertTrue(
        e.getMessage().contains("is of version 4 (byte 8), this build reads 3"), e::getMessage);
  }

  @Test
  void anyOtherFileIsNoRecording() throws Exception {
    RecordingException e =
        assertThrows(
            RecordingException.class,
            () -> read("t\trequest_id\n".getBytes(StandardCharsets.UTF_8)));
    assertTrue(e.getMessage().contains("is no recording"), e::getMessage);
  }

  @Test
  void anInputStandsOnceInItsEventAndItsSumInTheCommand() throws Exception {
    assertEquals(turn(content(1, 2, 3)).commands(), turn(content(1, 2, 3)).commands());
    assertNotEquals(turn(content(1, 2, 3)).commands(), turn(content(1, 2, 4)).commands());
    byte[] large = new byte[8_000];
    int bytes = RecordingFormat.bytes(turn(ByteBuffer.wrap(large))).length;
    assertTrue(bytes > 8_000 && bytes < 9_000, () -> "a turn of " + bytes + " bytes");
    Entry.Turn read =
        assertInstanceOf(Entry.Turn.class, read(written(List.of(turn(content(9))))).getFirst());
    Event.RequestArrived arrived = assertInstanceOf(Event.RequestArrived.class, read.event());
    assertEquals(new Input.Inline(new Tensors(1, List.of(content(9)))), arrived.request().input());
  }

  @Test
  void anEventOnWhichTheSchedulerBreaksIsRecordedWithWhatItCommandedBefore() {
    List<Entry.Turn> turns = new ArrayList<>();
    Recorder recorder = new Recorder(turns::add);
    recorder.begins(new Event.WakeUp(), 5);
    recorder.wakeAt(6);
    recorder.breaks();
    assertEquals(
        List.of(new Entry.Turn(new Event.WakeUp(), 5, List.of(new Command.WakeAt(6)), true)),
        turns);
  }

  private static ByteBuffer content(int... values) {
    ByteBuffer content = ByteBuffer.allocate(values.length);
    for (int value : values) {
      content.put((byte) value);
    }
    return content.flip();
  }

  /** A request with this input, that is sent on at once. */
  private static Entry.Turn turn(ByteBuffer content) {
    Input input = new Input.Inline(new Tensors(1, List.of(content)));
    RequestId id = new RequestId(GATEWAY, 1);
    List<Entry.Turn> turns = new ArrayList<>();
    Recorder recorder = new Recorder(turns::add);
    recorder.begins(
        new Event.RequestArrived(new Request(id, new ModelId(0), 1, 0, 1, 0, "t", 0, input)), 10);
    recorder.send(
        new WorkerId("w"),
        new Action.Infer(
            new ActionId(1, 1),
            0,
            new ModelId(0),
            1,
            List.of(new Action.Part(id, 1, input)),
            Window.ANY));
    recorder.ends();
    return turns.getFirst();
  }

  /** A few entries of each kind, in few bytes. */
  private static List<Entry> everyKind() {
    return List.of(
        new Entry.Turn(new Event.WakeUp(), 1, List.of(new Command.WakeAt(2)), false),
        turn(content(1, 2)),
        new Entry.Gap(3),
        new Entry.Turn(new Event.WorkerLeft(new WorkerId("w")), 4, List.of(), true),
        new Entry.End(Entry.Cause.FULL));
  }

  private static List<Entry> drawn(RandomGenerator random) {
    DrawnMessages messages = new DrawnMessages(random);
    List<Entry> entries = new ArrayList<>();
    for (int turns = random.nextInt(1, 5); turns > 0; turns--) {
      List<Command> commands = new ArrayList<>();
      for (int left = random.nextInt(4); left > 0; left--) {
        commands.add(command(random, messages));
      }
      entries.add(
          new Entry.Turn(
              event(random, messages), random.nextLong(), commands, random.nextBoolean()));
    }
    if (random.nextBoolean()) {
      entries.add(new Entry.Gap(random.nextLong(1, Long.MAX_VALUE)));
    }
    entries.add(new Entry.End(random.nextBoolean() ? Entry.Cause.FULL : Entry.Cause.STOPPED));
    return entries;
  }

  private static Command command(RandomGenerator random, DrawnMessages messages) {
    return switch (random.nextInt(4)) {
      case 0 -> new Command.Send(any(WorkerId.class, messages), any(Action.class, messages));
      case 1 -> new Command.Tell(any(Verdict.class, messages));
      case 2 -> new Command.Publish(any(ModelStatus.class, messages));
      default -> new Command.WakeAt(random.nextLong());
    };
  }

  private static Event event(RandomGenerator random, DrawnMessages messages) {
    return switch (random.nextInt(10)) {
      case 0 -> new Event.RequestArrived(any(Request.class, messages));
      case 1 -> new Event.RequestCancelled(any(RequestId.class, messages));
      case 2 -> new Event.WorkerAnnounced(any(Announcement.class, messages));
      case 3 -> new Event.WorkerRetires(any(WorkerId.class, messages));
      case 4 -> new Event.WorkerLeft(any(WorkerId.class, messages));
      case 5 -> new Event.GatewayLeft(any(GatewayId.class, messages));
      case 6 -> new Event.WakeUp();
      case 7 -> new Event.Draining();
      case 8 ->
          new Event.TenantsWeighted(
              new TreeMap<>(Map.of("shop", random.nextDouble())), random.nextInt());
      default -> any(Event.class, messages);
    };
  }

  private static <T> T any(Class<T> type, DrawnMessages messages) {
    return type.cast(
        DrawnMessages.KINDS.stream()
            .filter(kind -> kind.type().equals(type))
            .findFirst()
            .orElseThrow()
            .drawn()
            .apply(messages));
  }

  private static byte[] written(List<Entry> entries) {
    Buffer bytes = Buffer.buffer(RecordingFormat.beginning(ORIGIN));
    entries.forEach(entry -> bytes.appendBytes(RecordingFormat.bytes(entry)));
    return bytes.getBytes();
  }

  private List<Entry> read(byte[] bytes) throws IOException {
    List<Entry> read = new ArrayList<>();
    try (Recording recording = Recording.open(file(bytes))) {
      readAll(recording, read);
    }
    return read;
  }

  private static void readAll(Recording recording, List<Entry> read) throws IOException {
    for (Optional<Entry> next = recording.next(); next.isPresent(); next = recording.next()) {
      read.add(next.get());
    }
  }

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("a.rec"), bytes);
  }
}
