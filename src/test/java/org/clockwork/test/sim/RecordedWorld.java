package org.clockwork.test.sim;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.clockwork.codecs.record.Entry;
import org.clockwork.codecs.record.Origin;
import org.clockwork.codecs.record.Recorder;
import org.clockwork.codecs.record.RecordingFormat;
import org.clockwork.core.scheduler.Chronicle;
import org.clockwork.core.scheduler.Reign;
import org.clockwork.core.scheduler.SchedulerConfig;

/** A file into which a simulated world's scheduler is recorded. */
final class RecordedWorld implements AutoCloseable {
  private final OutputStream out;
  private final UnaryOperator<Entry> change;
  private long turns;

  RecordedWorld(Path file, SchedulerConfig config, String policy) throws IOException {
    this(file, config, policy, UnaryOperator.identity());
  }

  /**
   * @param change made to each entry before it is written
   */
  RecordedWorld(Path file, SchedulerConfig config, String policy, UnaryOperator<Entry> change)
      throws IOException {
    this.out = new BufferedOutputStream(Files.newOutputStream(file));
    this.change = change;
    out.write(
        RecordingFormat.beginning(new Origin(Reign.first(1), config, policy, "of the test", 0)));
  }

  Chronicle chronicle() {
    return new Recorder(
        turn -> {
          turns++;
          write(turn);
        });
  }

  long turns() {
    return turns;
  }

  private void write(Entry entry) {
    try {
      out.write(RecordingFormat.bytes(change.apply(entry)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    write(new Entry.End(Entry.Cause.STOPPED));
    out.close();
  }
}
