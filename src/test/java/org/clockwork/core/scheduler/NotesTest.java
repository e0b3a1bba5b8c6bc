package org.clockwork.core.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;

/** Notes that the bearers carry themselves, against maps. */
class NotesTest {
  private static final class Carrier extends Notes.Bearer {}

  @Test
  void eachBearerHasOneNoteOfEachKindUntilItIsTakenAway() {
    Seeds.each(300, NotesTest::compareWithMaps);
  }

  private static void compareWithMaps(long seed) {
    RandomGenerator chance = Seeds.random(seed);
    List<Carrier> carriers = Stream.generate(Carrier::new).limit(4).toList();
    List<Notes<Carrier, Object>> kinds =
        Stream.of(0, 1, 2)
            .map(place -> new Notes<Carrier, Object>(place, _ -> new Object()))
            .toList();
    Map<List<Integer>, Object> expected = new HashMap<>();
    for (int step = 0; step < 60; step++) {
      int who = chance.nextInt(carriers.size());
      int kind = chance.nextInt(kinds.size());
      List<Integer> place = List.of(who, kind);
      if (chance.nextInt(3) == 0) {
        assertEquals(
            Optional.ofNullable(expected.remove(place)), kinds.get(kind).remove(carriers.get(who)));
      } else {
        Object note = kinds.get(kind).of(carriers.get(who));
        assertSame(expected.computeIfAbsent(place, _ -> note), note);
        assertEquals(1, Collections.frequency(expected.values(), note));
      }
    }
  }
}
