package org.clockwork.core.trace;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Makes up traces of the shape that was published for Azure Functions in 2019: a few functions that
 * have nearly all invocations, a long cold tail, timers, spikes on the hour, more load by day than
 * by night. The same seed gives the same functions, which differ from day to day by chance alone.
 */
public final class AzureSynth implements Traces {
  /** About as many as the published trace has a day. */
  public static final int FUNCTIONS = 46_000;

  /** Published: this share of functions is driven by timers. */
  private static final double TIMERS = 0.156;

  /** What drives the others, with the published shares of all functions. */
  private static final String[] TRIGGERS = {
    "http", "queue", "orchestration", "storage", "event", "others"
  };

  private static final double[] TRIGGER_SHARES = {0.550, 0.152, 0.069, 0.028, 0.022, 0.023};

  /** Timers' periods with their shares; the rest fires once a day. */
  private static final int[] PERIOD_MINUTES = {1, 5, 15, 60};

  private static final double[] PERIOD_SHARES = {0.15, 0.30, 0.20, 0.25};

  /** Above this the sum of all that a function's users do is steady. */
  private static final double STEADY_PER_DAY = 200e3;

  private final int functions;
  private final long root;

  /** For each function its rank from the coldest; those below {@link #timers()} are timers. */
  private final int[] rank;

  /** For each function the number of its application, and for each application of its owner. */
  private final int[] app;

  private final int[] owner;

  public AzureSynth(int functions, long seed) {
    if (functions < 1) {
      throw new IllegalArgumentException(
          "a trace needs at least one function, got functions=" + functions);
    }
    this.functions = functions;
    this.root = new SplittableRandom(seed).nextLong();
    this.rank = new int[functions];
    this.app = new int[functions];
    this.owner = new int[functions];
    RandomGenerator chance = chance("order", 0);
    for (int i = 0; i < functions; i++) {
      rank[i] = i;
    }
    Mapping.shuffle(rank, chance);
    // Three functions an application and three applications to two owners, on average.
    for (int i = 1; i < functions; i++) {
      boolean newApp = chance.nextDouble() < 1.0 / 3;
      app[i] = app[i - 1] + (newApp ? 1 : 0);
      owner[app[i]] = owner[app[i - 1]] + (newApp && chance.nextDouble() < 2.0 / 3 ? 1 : 0);
    }
  }

  /** How many there are, each with a line in every day's file. */
  public int functions() {
    return functions;
  }

  @Override
  public Trace day(int day) {
    int[] perMinute = new int[Invocations.MINUTES];
    List<Invocations> all = new ArrayList<>(functions);
    for (int function = 0; function < functions; function++) {
      draw(function, day, perMinute);
      all.add(Invocations.of(perMinute));
    }
    return new Trace(all);
  }

  /**
   * A function's line in a day's file.
   *
   * @param function from 0; not in the order of their popularity
   */
  public String line(int function, int day) {
    int[] perMinute = new int[Invocations.MINUTES];
    draw(function, day, perMinute);
    return AzureFormat.line(
        hash("owner", owner[app[function]]),
        hash("app", app[function]),
        hash("function", function),
        trigger(function),
        perMinute);
  }

  private void draw(int function, int day, int[] perMinute) {
    RandomGenerator chance = chance("day " + day, function);
    rhythm(function).draw(chance, perMinute);
    for (int count : perMinute) {
      if (count > 0) {
        return;
      }
    }
    // The published files hold no function that was not invoked on that day.
    perMinute[chance.nextInt(Invocations.MINUTES)] = 1;
  }

  private int timers() {
    return (int) Math.round(TIMERS * functions);
  }

  private boolean timer(int function) {
    return rank[function] < timers();
  }

  private String trigger(int function) {
    if (timer(function)) {
      return "timer";
    }
    double drawn = chance("trigger", function).nextDouble() * (1 - TIMERS);
    return TRIGGERS[Math.min(choice(TRIGGER_SHARES, drawn), TRIGGERS.length - 1)];
  }

  private Rhythm rhythm(int function) {
    RandomGenerator chance = chance("rhythm", function);
    if (timer(function)) {
      int period = choice(PERIOD_SHARES, chance.nextDouble());
      int minutes = period < PERIOD_MINUTES.length ? PERIOD_MINUTES[period] : Invocations.MINUTES;
      return new Rhythm.Timer(minutes, phase(minutes, chance), 1);
    }
    // Evenly spread, not drawn: how hot the hottest is does not depend on the seed.
    double share = (rank[function] - timers() + 0.5) / (functions - timers());
    double perDay = Popularity.perDay(share);
    return switch (perDay < STEADY_PER_DAY ? chance.nextInt(10) : 0) {
      case 0, 1, 2, 3, 4, 5 ->
          new Rhythm.Diurnal(
              perDay,
              chance.nextDouble(0.1, 0.6),
              // Within four hours of three in the afternoon.
              chance.nextInt(11 * 60, 19 * 60));
      case 6, 7, 8 -> {
        int period = PERIOD_MINUTES[chance.nextInt(1, PERIOD_MINUTES.length)];
        yield new Rhythm.Spiky(
            perDay,
            chance.nextDouble(0.3, 0.9),
            period,
            phase(period, chance),
            chance.nextInt(1, Math.min(period, 4)));
      }
      default ->
          new Rhythm.Episode(perDay, chance.nextInt(Invocations.MINUTES), chance.nextInt(20, 240));
    };
  }

  /** Half of what is periodic begins on the full hour. */
  private static int phase(int periodMinutes, RandomGenerator chance) {
    return chance.nextBoolean() ? 0 : chance.nextInt(periodMinutes);
  }

  /** The index whose share this number below 1 falls into; past the last, the number of shares. */
  private static int choice(double[] shares, double drawn) {
    double left = drawn;
    int index = 0;
    while (index < shares.length && left >= shares[index]) {
      left -= shares[index++];
    }
    return index;
  }

  /** What stands for a name in the published files: 64 digits. */
  private String hash(String kind, int number) {
    RandomGenerator chance = chance(kind, number);
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(chance.nextLong())
        + hex.toHexDigits(chance.nextLong())
        + hex.toHexDigits(chance.nextLong())
        + hex.toHexDigits(chance.nextLong());
  }

  /** Chance of its own for each purpose and number: any line can be made without the others. */
  private RandomGenerator chance(String purpose, int number) {
    long ofPurpose = new SplittableRandom(root ^ purpose.hashCode()).nextLong();
    return new SplittableRandom(ofPurpose ^ number);
  }
}
