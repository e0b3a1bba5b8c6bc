package org.clockwork.test.attack;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.clockwork.gateway.BusAttacks;
import org.clockwork.gateway.bridge.BridgeAttacks;
import org.clockwork.gateway.grpc.GrpcAttacks;
import org.clockwork.gateway.rest.RestAttacks;
import org.clockwork.gateway.upload.ArchiveAttacks;
import org.clockwork.test.codecs.WireAttacks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything that reads what others send, given what nobody should send: it takes it or complains
 * in words, and neither falls nor swells. A parser more is an {@link Attack} more.
 */
class ParserAttackTest {
  private static final int CASES_IN_ALL = 120_000;
  private static final List<Attack> ATTACKS =
      Stream.of(
              RestAttacks.all(),
              GrpcAttacks.all(),
              BusAttacks.all(),
              BridgeAttacks.all(),
              ArchiveAttacks.all(),
              WireAttacks.all())
          .flatMap(List::stream)
          .toList();

  static List<Attack> attacks() {
    return ATTACKS;
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void whateverItIsGivenItTakesOrComplainsOfInWordsAndInBoundedMemory(Attack attack) {
    Assault.carryOut(attack, CASES_IN_ALL / ATTACKS.size());
  }

  @Test
  void aParserThatFallsIsFound() {
    assertFound(
        bytes -> {
          if (bytes.length > 3 && bytes[2] == 0) {
            throw new ArrayIndexOutOfBoundsException("7 of 3");
          }
        },
        "threw java.lang.ArrayIndexOutOfBoundsException");
  }

  @Test
  void aParserThatBelievesALengthIsFound() {
    assertFound(
        bytes -> Arrays.fill(new byte[bytes.length > 4 ? 1 << 22 : 0], (byte) 1), "allocated");
  }

  @Test
  void aParserWithoutWordsIsFound() {
    assertFound(
        bytes -> {
          throw new IllegalArgumentException((String) null);
        },
        "complained without words");
  }

  private static void assertFound(Attack.Target planted, String what) {
    Attack attack =
        new Attack(
            "planted",
            _ -> new byte[] {1, 2, 3, 4, 5, 6, 7, 8},
            List.of(),
            planted,
            List.of(IllegalArgumentException.class),
            1 << 16);
    String message =
        assertThrows(AssertionError.class, () -> Assault.carryOut(attack, 2_000)).getMessage();
    assertTrue(message.contains("planted " + what), message);
  }
}
