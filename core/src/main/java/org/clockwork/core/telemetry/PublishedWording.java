package org.clockwork.core.telemetry;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.model.HostedModel;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Profile;

/**
 * How the published system writes what controller and worker both print, so that people and scripts
 * that know its lines find them again. A megabyte in these lines is 2^20 bytes, since weights count
 * in pages of 16 of them; milliseconds have one digit.
 */
public final class PublishedWording {
  /**
   * The published action has a window that never closes: from 0 to the end of its clock. So has
   * REGISTER here, by having none; this is the end of a clock of 63 bits.
   */
  private static final String ANY_TIME =
      String.format(Locale.ROOT, "[0.0, %.1f]", Long.MAX_VALUE / 1e6);

  private static final Pattern NUMBERED = Pattern.compile("W(\\d+)");

  private PublishedWording() {}

  /** {@code 0} for W0, as published; a name that an operator chose stays as it is. */
  public static String worker(WorkerId worker) {
    Matcher numbered = NUMBERED.matcher(worker.value());
    return numbered.matches() ? numbered.group(1) : worker.value();
  }

  /** {@code LoadModelFromDisk model=0 [0.0, 9223372036854.8] resnet50_v2}. */
  public static String order(Action.Register register) {
    return "LoadModelFromDisk model=%d %s %s"
        .formatted(register.model().value(), ANY_TIME, register.source());
  }

  /**
   * {@code LoadModelFromDisk input=602112 … b8=12.4 duration=14.9}; the duration is the worker's,
   * from when it took the order to its answer.
   */
  public static String result(Outcome.Registered registered) {
    Outcome.Stamps stamps = registered.stamps();
    return String.format(
        Locale.ROOT,
        "LoadModelFromDisk %s duration=%.1f",
        figures(registered.model()),
        (stamps.sentNanos() - stamps.receivedNanos()) / 1e6);
  }

  /** A model on the first of the kinds of device that run it. */
  private static String figures(HostedModel model) {
    return figures(model.spec(), model.profiles().values().iterator().next().longest());
  }

  /** {@code input=602112 output=4000 weights=112.0 MB (7 pages) xfer=8.4 b1=3.3 b2=5.3 …}. */
  public static String figures(ModelSpec spec, Profile profile) {
    StringBuilder figures =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "input=%d output=%d weights=%.1f MB (%d pages) xfer=%.1f",
                spec.inputBytes(),
                spec.outputBytes(),
                (double) profile.pages() * DeviceSpec.PAGE_BYTES / (1L << 20),
                profile.pages(),
                profile.loadNanos() / 1e6));
    profile
        .execNanos()
        .forEach(
            (batch, nanos) ->
                figures.append(String.format(Locale.ROOT, " b%d=%.1f", batch, nanos / 1e6)));
    return figures.toString();
  }

  /** Of a GPU's weights cache, in units of 2^30 bytes. */
  public static double gigabytes(DeviceSpec spec) {
    return (double) spec.pages() * spec.pageBytes() / (1L << 30);
  }
}
