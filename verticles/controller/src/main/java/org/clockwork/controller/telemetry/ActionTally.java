package org.clockwork.controller.telemetry;

import java.util.Locale;
import java.util.function.Consumer;
import org.clockwork.core.action.GpuClock;
import org.clockwork.core.action.Span;
import org.clockwork.core.telemetry.Telemetry.ActionEnded;

/** Actions of one kind on one GPU; refused ones did no work and aren't counted. */
final class ActionTally {
  private long count;
  private long minNanos;
  private long maxNanos;
  private long sumNanos;
  private long e2eMaxNanos;
  private long e2eSumNanos;
  private long goodput;
  private int minMegahertz;
  private int maxMegahertz;

  void count(ActionEnded ended) {
    ActionRow.exec(ended.outcome()).ifPresent(exec -> count(ended, exec));
  }

  private void count(ActionEnded ended, Span exec) {
    long nanos = exec.nanos();
    long e2eNanos = ended.nanos() - ended.prediction().sentNanos();
    minNanos = count == 0 ? nanos : Math.min(minNanos, nanos);
    maxNanos = Math.max(maxNanos, nanos);
    sumNanos += nanos;
    e2eMaxNanos = Math.max(e2eMaxNanos, e2eNanos);
    e2eSumNanos += e2eNanos;
    goodput += ended.goodput();
    count++;
    GpuClock clock = ActionRow.clock(ended.outcome());
    count(clock.beforeMegahertz());
    count(clock.afterMegahertz());
  }

  private void count(int megahertz) {
    if (megahertz > 0) {
      minMegahertz = maxMegahertz == 0 ? megahertz : Math.min(minMegahertz, megahertz);
      maxMegahertz = Math.max(maxMegahertz, megahertz);
    }
  }

  /**
   * @param onClock the work is counted in cycles of the GPU's clock, which stands as 0 where no
   *     device tells it. Normalised times are the measured ones.
   */
  void print(String what, double seconds, boolean onClock, Consumer<String> lines) {
    if (count == 0) {
      return;
    }
    double mean = millis(sumNanos) / count;
    String line =
        String.format(
            Locale.ROOT,
            "%s min=%.2f max=%.2f mean=%.2f e2emean=%.2f e2emax=%.2f throughput=%.1f"
                + " utilization=%.2f clock=[%d-%d] norm_max=%.2f norm_mean=%.2f",
            what,
            millis(minNanos),
            millis(maxNanos),
            mean,
            millis(e2eSumNanos) / count,
            millis(e2eMaxNanos),
            count / seconds,
            sumNanos / 1e9 / seconds,
            minMegahertz,
            maxMegahertz,
            onClock ? millis(maxNanos) : 0,
            onClock ? mean : 0);
    lines.accept(
        onClock ? line + String.format(Locale.ROOT, " goodput=%.1f", goodput / seconds) : line);
  }

  private static double millis(long nanos) {
    return nanos / 1e6;
  }
}
