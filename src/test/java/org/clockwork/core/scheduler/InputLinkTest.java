package org.clockwork.core.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.random.RandomGenerator;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;

/** The way of inputs to a worker. Until it is measured a byte takes half a nanosecond. */
class InputLinkTest {
  private static final long LATENCY = 400_000;

  private static final long MILLIS = 1_000_000;
  private static final long SILENCE = 250 * MILLIS;
  private static final long BYTES = 602_112;

  /** Something that is under way. */
  private record Sent(InputLink.Transfer transfer, long askedNanos, long bytes) {}

  @Test
  void afterALinkWasFullForAWhileItsArrivalsAreForeseenToTheMicrosecond() {
    Seeds.each(
        200,
        seed -> {
          RandomGenerator chance = Seeds.random(seed);
          double nanosPerByte = chance.nextDouble(0.1, 5);
          InputLink link = new InputLink(LATENCY);
          Queue<Sent> underWay = new ArrayDeque<>();
          long now = 0;
          long carried = 0;
          for (int i = 0; i < 60; i++) {
            while (underWay.size() < 4) {
              long bytes = chance.nextLong(1_000_000, 2_000_000);
              underWay.add(new Sent(link.ask(bytes, now), now, bytes));
            }
            Sent next = underWay.remove();
            carried =
                Math.max(carried, next.askedNanos() + LATENCY)
                    + Math.round(next.bytes() * nanosPerByte);
            now = carried;
            link.arrived(next.transfer(), now);
          }
          long bytes = underWay.stream().mapToLong(Sent::bytes).sum() + 5_000;

          assertEquals(
              (double) (now + Math.round(bytes * nanosPerByte)),
              (double) link.arrivalNanos(5_000, now),
              1_000);
          assertEquals(nanosPerByte * 1e9, (double) link.nanosFor(1_000_000_000), 1_000);
        });
  }

  @Test
  void whatIsAskedForComesBehindWhatIsUnderWay() {
    Seeds.each(
        200,
        seed -> {
          RandomGenerator chance = Seeds.random(seed);
          InputLink link = new InputLink(LATENCY);
          List<Long> asked = new ArrayList<>();
          long first = chance.nextLong(1_000_000);
          long now = first;
          for (int i = 0; i < 10; i++) {
            long bytes = 2 * chance.nextLong(1, 1_000_000);
            long through = asked.isEmpty() ? now : Math.max(now, first + LATENCY + sum(asked) / 2);
            assertEquals(
                Math.max(now + LATENCY, through) + bytes / 2, link.arrivalNanos(bytes, now));
            link.ask(bytes, now);
            asked.add(bytes);
            now += chance.nextLong(300_000);
          }
        });
  }

  private static long sum(List<Long> numbers) {
    return numbers.stream().mapToLong(Long::longValue).sum();
  }

  @Test
  void anIdleLinkHasRoomAtOnce() {
    assertEquals(77, new InputLink(LATENCY).roomAtNanos(5, 5, 77));
  }

  @Test
  void aBusyLinkHasRoomItsLatencyAndTheTimeAskedForBeforeItIsThrough() {
    InputLink link = new InputLink(LATENCY);
    link.ask(4_000_000, 0);

    assertEquals(LATENCY + 2_000_000 - 1_000 - LATENCY, link.roomAtNanos(1_000, 10_000, 0));
  }

  @Test
  void aLinkThatIsBehindByMoreThanMayBeAwaitsAnArrival() {
    InputLink link = new InputLink(LATENCY);
    link.ask(4_000_000, 0);
    long due = LATENCY + 2_000_000;

    assertEquals(due + 10_000 - LATENCY, link.roomAtNanos(0, 10_000, due + 10_000));
    assertEquals(Long.MAX_VALUE, link.roomAtNanos(0, 10_000, due + 10_001));
  }

  @Test
  void onlyTheFirstWordOfAnArrivalCounts() {
    InputLink link = new InputLink(LATENCY);
    InputLink.Transfer transfer = link.ask(4_000_000, 0);
    link.arrived(transfer, 100_000);
    long foreseen = link.arrivalNanos(1_000_000, 200_000);

    link.arrived(transfer, 150_000);

    assertEquals(foreseen, link.arrivalNanos(1_000_000, 200_000));
  }

  @Test
  void ofAnIdleLinkWhatTheBytesDoNotExplainIsLatencyWhichIsTheMedianOfTheLastTen() {
    InputLink link = new InputLink(LATENCY);

    long now = comes(link, 20, LATENCY + 80_000, 7_000);
    now = comes(link, 4, 900 * MILLIS, now);

    assertEquals(now + LATENCY + 80_000, link.arrivalNanos(0, now), "standstills say nothing");
    assertEquals(BYTES / 2, link.nanosFor(BYTES), "nothing says that it is slower");

    now = comes(link, 2, 900 * MILLIS, now);
    assertEquals(now + 900 * MILLIS, link.arrivalNanos(0, now), "but many do");
  }

  /** So many inputs come one by one, each so long after it was asked for, its bytes' time aside. */
  private static long comes(InputLink link, int count, long latencyNanos, long fromNanos) {
    long now = fromNanos;
    for (int i = 0; i < count; i++) {
      InputLink.Transfer transfer = link.ask(BYTES, now);
      now += latencyNanos + BYTES / 2;
      link.arrived(transfer, now);
      now += MILLIS;
    }
    return now;
  }

  @Test
  void aSlowLinkIsBelievedToBeFasterTheLongerNothingComesByIt() {
    InputLink link = new InputLink(LATENCY);
    long last = comes(link, 10, 900 * MILLIS, 0) - MILLIS;
    long slow = 900 * MILLIS + BYTES / 2;

    assertEquals(slow, link.arrivalNanos(BYTES, last + SILENCE) - last - SILENCE);
    for (long halved = 1; halved <= 8; halved++) {
      long now = last + (1 + halved) * SILENCE;
      assertEquals(slow >> halved, link.arrivalNanos(BYTES, now) - now);
    }
    long now = last + 1_000 * SILENCE;
    assertEquals(LATENCY + BYTES / 2, link.arrivalNanos(BYTES, now) - now, "as it was at first");
  }

  @Test
  void whatComesFastAfterASilenceIsAllThatIsKnownOfTheLink() {
    InputLink link = new InputLink(LATENCY);
    long now = comes(link, 10, 900 * MILLIS, 0);

    now = comes(link, 1, LATENCY, now + 2 * SILENCE);

    assertEquals(now + LATENCY, link.arrivalNanos(0, now));
  }

  @Test
  void oneThatWasFastIsNotBelievedToBeFasterAndIsNotForgottenHoweverLongNothingComes() {
    InputLink link = new InputLink(LATENCY);
    long now = comes(link, 10, LATENCY / 2, 0) + 100 * SILENCE;
    assertEquals(now + LATENCY / 2, link.arrivalNanos(0, now));

    now = comes(link, 1, LATENCY, now);

    assertEquals(now + LATENCY / 2, link.arrivalNanos(0, now));
  }

  @Test
  void whileSomethingIsAwaitedNothingIsBelievedOfASilence() {
    InputLink link = new InputLink(LATENCY);
    long last = comes(link, 10, 900 * MILLIS, 0);
    long asked = last + 2 * SILENCE;
    link.ask(BYTES, asked);

    assertEquals(asked + 900 * MILLIS + BYTES / 2, link.arrivalNanos(0, asked));
  }

  @Test
  void anIdleLinkIsAtLeastAsFastAsItsArrivalsShow() {
    InputLink link = new InputLink(LATENCY);

    link.arrived(link.ask(4_000_000, 7_000), 1_007_000);

    assertEquals(1_000_000, link.nanosFor(4_000_000));
    assertEquals(5_000_000, link.arrivalNanos(0, 5_000_000), "its bytes explain all of it");
  }

  @Test
  void oneThatWasAskedForWhileAnotherCameAndTooLateToFollowItTellsNothing() {
    InputLink link = new InputLink(LATENCY);
    InputLink.Transfer first = link.ask(2_000_000, 0);
    InputLink.Transfer second = link.ask(2_000_000, 1_200_000);
    link.arrived(first, LATENCY + 1_000_000);

    link.arrived(second, 9_000_000);

    assertEquals(1_000_000, link.nanosFor(2_000_000));
    assertEquals(20_000_000 + LATENCY, link.arrivalNanos(0, 20_000_000));
  }

  @Test
  void theSpeedIsTheMedianOfTheLastTenMeasurements() {
    InputLink link = new InputLink(0);
    long now = 0;
    InputLink.Transfer next = link.ask(1_000, now);
    for (int i = 0; i < 25; i++) {
      InputLink.Transfer arriving = next;
      next = link.ask(1_000, now);
      now += i < 12 ? 9_000 : i % 2 == 0 ? 2_000 : 3_000;
      link.arrived(arriving, now);
    }

    assertEquals(3_000, link.nanosFor(1_000), "five of two and five of three");
  }

  @Test
  void howeverFastSomethingComesItTakesSomeTime() {
    InputLink link = new InputLink(0);

    link.arrived(link.ask(1_000_000, 5), 5);

    assertTrue(link.nanosFor(1_000_000_000) > 0);
  }
}
