package org.clockwork.test.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.clockwork.codecs.record.Command;
import org.clockwork.codecs.record.Entry;
import org.clockwork.codecs.record.Recording;
import org.clockwork.core.action.Action;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.policy.Policies;
import org.clockwork.core.scheduler.Chronicled;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.scheduler.Policy;
import org.clockwork.core.scheduler.Reign;
import org.clockwork.core.scheduler.Scheduler;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.core.sim.Tap;
import org.clockwork.core.sim.Witness;
import org.clockwork.launcher.replay.Replay;
import org.clockwork.launcher.replay.ReplayReport;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a scheduler was told and commanded, whatever happened to it, happens again to the last bit;
 * and what does not is found.
 */
final class ReplayTest {
  private static final int SEEDS = 100;

  /** A world in which plenty happens. */
  private static final long SEED = 3;

  private static final Witness NOBODY = new Witness() {};

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"default", "infer5", "direct", "stress"})
  void everyCommandIsTheSameAgainWhateverHappened(String policy) {
    AtomicLong commands = new AtomicLong();
    AtomicLong worlds = new AtomicLong();
    Seeds.each(
        SEEDS,
        seed -> {
          long turns = record(seed, policy, UnaryOperator.identity());
          Replay.Result result = replay();
          assertEquals(Optional.empty(), result.difference());
          assertEquals(turns, result.events());
          assertEquals(Optional.of(Entry.Cause.STOPPED), result.ended());
          commands.addAndGet(result.commands());
          worlds.incrementAndGet();
        });
    // Schedulers that command nothing would prove nothing.
    assertTrue(commands.get() > 500 * worlds.get() || worlds.get() == 1, commands::toString);
  }

  @Test
  void aPolicyWithAMemoryBeyondItsSchedulerIsFound() throws Exception {
    record(SEED, "default", UnaryOperator.identity());
    AtomicInteger made = new AtomicInteger();
    Policy.Factory forgetful =
        board -> Policies.named(made.getAndIncrement() == 0 ? "default" : "infer5").make(board);
    assertTrue(replay(forgetful).same(), "the first time it is the one that was recorded");
    Replay.Result second = replay(forgetful);
    assertFalse(second.same());
    Replay.Difference difference = second.difference().orElseThrow();
    assertEquals(second.events(), difference.event());
    assertFalse(difference.recorded().equals(difference.now()), difference::toString);
  }

  @Test
  void aChangedBitOfACommandIsFoundWithItsEventItsTimeAndBothCommands() throws Exception {
    AtomicLong turn = new AtomicLong();
    AtomicLong changed = new AtomicLong();
    record(
        SEED,
        "default",
        entry ->
            changed.get() == 0 && turn.incrementAndGet() > 50
                ? later(entry, changed, turn)
                : entry);
    assertTrue(changed.get() > 50, "nothing was changed");
    Replay.Result result = replay();
    Replay.Difference difference = result.difference().orElseThrow();
    assertEquals(changed.get(), difference.event());
    try (Recording recording = open()) {
      String text = new ReplayReport(recording, result, "another").text();
      assertTrue(
          text.contains("of event %,d differs, ".formatted(changed.get()))
              && text.contains("  recorded: to worker ")
              && text.contains("  now:      to worker ")
              && text.contains("build of the test recorded it and this is another"),
          text);
    }
  }

  /** One INFER could begin a nanosecond later. */
  private static Entry later(Entry entry, AtomicLong changed, AtomicLong turn) {
    if (!(entry instanceof Entry.Turn told)) {
      return entry;
    }
    List<Command> commands = new ArrayList<>(told.commands());
    for (int i = 0; i < commands.size(); i++) {
      if (commands.get(i) instanceof Command.Send(WorkerId worker, Action.Infer infer)) {
        commands.set(
            i,
            new Command.Send(
                worker,
                new Action.Infer(
                    infer.id(),
                    infer.gpu(),
                    infer.model(),
                    infer.batch(),
                    infer.parts(),
                    infer.window().widened(1))));
        changed.set(turn.get());
        return new Entry.Turn(told.event(), told.nanos(), commands, told.broke());
      }
    }
    return entry;
  }

  @Test
  void aCommandThatIsMissingOrTooManyIsFound() throws Exception {
    AtomicLong turn = new AtomicLong();
    record(
        SEED,
        "default",
        entry ->
            turn.incrementAndGet() == 1 && entry instanceof Entry.Turn told
                ? new Entry.Turn(told.event(), told.nanos(), List.of(), false)
                : entry);
    Replay.Difference difference = replay().difference().orElseThrow();
    assertEquals(1, difference.event());
    assertEquals("no command", difference.recorded());
    assertTrue(difference.now().startsWith("to worker"), difference::now);
  }

  @Test
  void nothingIsClaimedBeyondAGap() throws Exception {
    AtomicLong turn = new AtomicLong();
    record(SEED, "default", entry -> turn.incrementAndGet() == 51 ? new Entry.Gap(7) : entry);
    Replay.Result result = replay();
    assertEquals(50, result.events());
    assertTrue(result.same());
    assertEquals(Optional.of(new Entry.Gap(7)), result.gap());
    try (Recording recording = open()) {
      String text = new ReplayReport(recording, result, "of the test").text();
      assertTrue(
          text.contains("misses the next 7 events") && text.contains("nothing is claimed of"),
          text);
    }
  }

  @Test
  void aFileThatWasCutIsReplayedUpToThereAndSaysSo() throws Exception {
    long turns = record(SEED, "default", UnaryOperator.identity());
    byte[] whole = Files.readAllBytes(file());
    Files.write(file(), Arrays.copyOf(whole, whole.length / 2));
    Replay.Result result = replay();
    assertTrue(result.same());
    assertTrue(result.events() > 10 && result.events() < turns, () -> result.events() + " events");
    assertTrue(result.cut().isPresent());
    try (Recording recording = open()) {
      String text = new ReplayReport(recording, result, "of the test").text();
      assertTrue(
          text.contains(
              "cut off at byte %d, %d bytes into an entry"
                  .formatted(result.cut().get().atByte(), result.cut().get().leftBytes())),
          text);
    }
  }

  @Test
  void aSchedulerThatBrokeBreaksAgain() throws Exception {
    Policy.Factory breaking = _ -> new Breaking();
    SchedulerConfig config = SchedulerConfig.DEFAULT;
    try (RecordedWorld recorded = new RecordedWorld(file(), config, "default")) {
      var scheduler =
          new Chronicled(new Scheduler(Reign.first(1), config, breaking), recorded.chronicle());
      scheduler.on(new Event.WakeUp(), 1, recorded.chronicle());
      Breaking.tellOfAWorker(scheduler, recorded.chronicle());
    }
    Replay.Result again = replay(breaking);
    assertTrue(again.same(), again::toString);
    assertEquals(Optional.of("java.lang.IllegalStateException: broken"), again.broke());
    Replay.Difference mended = replay().difference().orElseThrow();
    assertEquals("the scheduler broke", mended.recorded());
    assertEquals("it went on", mended.now());
  }

  private long record(long seed, String policy, UnaryOperator<Entry> change) throws IOException {
    Scenario scenario = new Scenario(seed);
    try (RecordedWorld recorded = new RecordedWorld(file(), scenario.config(), policy, change)) {
      scenario.play(NOBODY, Tap.UNTOUCHED, policy, recorded.chronicle());
      return recorded.turns();
    }
  }

  private Replay.Result replay() throws IOException {
    try (Recording recording = open()) {
      return new Replay(recording).run(_ -> {});
    }
  }

  private Replay.Result replay(Policy.Factory policy) throws IOException {
    try (Recording recording = open()) {
      return new Replay(recording, policy).run(_ -> {});
    }
  }

  private Recording open() throws IOException {
    return Recording.open(file());
  }

  private Path file() {
    return folder.resolve("world.rec");
  }
}
