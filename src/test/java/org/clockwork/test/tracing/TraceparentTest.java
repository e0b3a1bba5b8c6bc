package org.clockwork.test.tracing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import java.util.random.RandomGenerator;
import org.clockwork.core.request.Traceparent;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The header of W3C's Trace Context. */
class TraceparentTest {
  private static final String EXAMPLE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  @Test
  void theStandardsExampleIsRead() {
    Traceparent read = Traceparent.parse(EXAMPLE).orElseThrow();
    assertEquals(
        new Traceparent(0x0af7651916cd43ddL, 0x8448eb211c80319cL, 0xb7ad6b7169203331L, true), read);
    assertEquals("0af7651916cd43dd8448eb211c80319c", read.traceId());
    assertEquals("b7ad6b7169203331", read.parentId());
  }

  @Test
  void whatIsWrittenIsReadAsTheSame() {
    Seeds.each(
        2_000,
        seed -> {
          RandomGenerator dice = new java.util.SplittableRandom(seed);
          Traceparent any =
              new Traceparent(
                  dice.nextLong(), dice.nextLong() | 1, dice.nextLong() | 1, dice.nextBoolean());
          assertEquals(Optional.of(any), Traceparent.parse(any.toString()));
        });
  }

  @Test
  void aLaterVersionIsReadAsFarAsThisOneKnows() {
    assertEquals(
        Traceparent.parse(EXAMPLE),
        Traceparent.parse(EXAMPLE.replaceFirst("00", "cc") + "-what-the-future-will-be"));
  }

  @Test
  void ofTheFlagsOnlySampledMatters() {
    String flags = EXAMPLE.substring(0, EXAMPLE.length() - 2);
    assertEquals(true, Traceparent.parse(flags + "ff").orElseThrow().sampled());
    assertEquals(false, Traceparent.parse(flags + "fe").orElseThrow().sampled());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01",
        "00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01",
        "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01"
      })
  void whatIsNotWellFormedBeginsATraceAnew(String text) {
    assertEquals(Optional.empty(), Traceparent.parse(text));
  }

  @Test
  void idsOfNoughtAreNone() {
    assertThrows(IllegalArgumentException.class, () -> new Traceparent(0, 0, 1, true));
    assertThrows(IllegalArgumentException.class, () -> new Traceparent(1, 0, 0, true));
  }
}
