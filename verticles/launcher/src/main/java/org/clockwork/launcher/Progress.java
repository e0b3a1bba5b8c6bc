package org.clockwork.launcher;

import java.io.Console;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * How far something is that takes longer than two seconds: a bar on a terminal, elsewhere a line
 * for each quarter, so that a log stays readable. Both go to standard error.
 */
interface Progress extends AutoCloseable {
  /** Of what is through at once. */
  Progress NONE =
      new Progress() {
        @Override
        public void to(long done) {}

        @Override
        public void close() {}
      };

  void to(long done);

  @Override
  void close();

  static Progress of(String task, long max) {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent()
        ? new Bar(task, max)
        : new Lines(task, max);
  }

  /** On a terminal. */
  final class Bar implements Progress {
    private final ProgressBar bar;

    private Bar(String task, long max) {
      this.bar =
          new ProgressBarBuilder()
              .setTaskName(task)
              .setInitialMax(max)
              .setStyle(ProgressBarStyle.ASCII)
              .setConsumer(new ConsoleProgressBarConsumer(System.err))
              .build();
    }

    @Override
    public void to(long done) {
      bar.stepTo(Math.min(done, bar.getMax()));
    }

    @Override
    public void close() {
      bar.close();
    }
  }

  /** In a file or a pipe. Used by one thread. */
  final class Lines implements Progress {
    private static final int STEPS = 4;

    private final String task;
    private final long max;
    private long step;

    private Lines(String task, long max) {
      this.task = task;
      this.max = max;
    }

    @Override
    public void to(long done) {
      long reached = Math.min(done, max) * STEPS / max;
      if (reached > step) {
        step = reached;
        System.err.println(task + ": " + Math.min(done, max) + " of " + max);
      }
    }

    @Override
    public void close() {}
  }
}
