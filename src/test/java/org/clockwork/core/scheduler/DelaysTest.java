package org.clockwork.core.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.action.Span;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;

/** How long the ways to a worker and back take, as its outcomes tell. */
class DelaysTest {
  private static final long LEG = 200_000;
  private static final long MILLIS = 1_000_000;
  private static final long SILENCE = 250 * MILLIS;
  private static final ActionId ID = new ActionId(1, 1);

  private final Delays delays = new Delays(LEG);
  private final Spread outward = new Spread(LEG, 0.25);
  private final Spread homeward = new Spread(LEG, 0.25);
  private OptionalLong heard = OptionalLong.empty();

  @Test
  void eachKindOfOutcomeTellsOfTheWaysThatItShows() {
    Seeds.each(300, seed -> new DelaysTest().compareWithSpreads(Seeds.random(seed)));
  }

  private void compareWithSpreads(RandomGenerator chance) {
    long now = chance.nextLong(SILENCE);
    long typical = chance.nextBoolean() ? LEG : 20 * MILLIS;
    for (int step = 0; step < 60; step++) {
      now += chance.nextInt(10) == 0 ? SILENCE + chance.nextLong(-1, 2) : chance.nextLong(MILLIS);
      long out = chance.nextLong(typical / 2, 2 * typical);
      long home = chance.nextLong(typical / 2, 2 * typical);
      if (chance.nextInt(8) == 0) {
        out = outward.nanos(0);
      }
      tells(chance.nextInt(4), out, home, chance.nextLong(2 * LEG), now);
      compare(now);
      compare(now + chance.nextLong(4 * SILENCE));
      compare(now + SILENCE);
      compare(now + SILENCE + 1);
    }
  }

  private void tells(int kind, long out, long home, long inputNanos, long now) {
    if (heard.isPresent() && now - heard.getAsLong() > SILENCE) {
      outward.doubt();
      homeward.doubt();
    }
    heard = OptionalLong.of(now);
    long sent = now - home - 3 * MILLIS - out;
    long received = sent + out;
    Outcome.Stamps stamps = new Outcome.Stamps(received, now - home);
    switch (kind) {
      case 0 -> {
        outward.observe(out);
        homeward.observe(home);
        Span load = new Span(received, now - home);
        delays.observe(new Outcome.Loaded(ID, load, stamps), sent, false, now);
      }
      case 1 -> {
        if (out < outward.nanos(0) && home < homeward.nanos(0)) {
          outward.observe(out);
          homeward.observe(home);
        }
        delays.observe(new Outcome.Unloaded(ID, stamps), sent, false, now);
      }
      default -> {
        boolean pushed = kind == 2;
        // Inputs that were late keep an executor from beginning, wherever they came from.
        long inputEnded = received - LEG + inputNanos;
        outward.observe(pushed ? out : Math.max(out, out - LEG + inputNanos));
        homeward.observe(home + 7);
        Span input = new Span(inputEnded, inputEnded);
        Span exec = new Span(received, now - home - 7);
        Span output = new Span(now - home, now - home);
        delays.observe(new Outcome.Inferred(ID, input, exec, output, stamps), sent, pushed, now);
      }
    }
  }

  private void compare(long now) {
    long out = Math.min(10 * MILLIS, outward.nanos(0));
    long margin = Math.min(5 * MILLIS, homeward.nanos(5) + outward.nanos(3) - outward.nanos(0));
    assertEquals(out, delays.outwardNanos());
    assertEquals(outward.nanos(3), delays.aheadNanos());
    assertEquals(Math.min(5 * MILLIS, homeward.nanos(0)), delays.homewardNanos());
    assertEquals(margin, delays.marginNanos());
    long silence = now - heard.orElseThrow();
    double halved = Math.pow(0.5, (silence - SILENCE) / (double) SILENCE);
    assertEquals(
        (double) (silence > SILENCE ? Math.round((margin + out) * halved) - out : margin),
        (double) delays.hopefulMarginNanos(now),
        1);
  }

  @Test
  void whoWasNeverHeardIsNotDoubted() {
    assertEquals(delays.marginNanos(), delays.hopefulMarginNanos(100 * SILENCE));
  }

  @Test
  void afterDoubtTheNextSampleCountsAsMuchAsAllBefore() {
    Spread spread = new Spread(0, 0);
    for (int i = 0; i < 100; i++) {
      spread.observe(100_000 + 40_000 * (i % 2));
    }
    spread.doubt();
    spread.observe(140_000);

    assertTrue(spread.nanos(0) >= 125_000, "it is " + spread.nanos(0));
  }

  @Test
  void doubtOfWhatWasNeverMeasuredLeavesTheGuess() {
    Spread spread = new Spread(7, 0);
    spread.doubt();
    assertEquals(7, spread.nanos(0));

    spread.observe(1_000);
    assertEquals(1_000, spread.nanos(0));
  }
}
