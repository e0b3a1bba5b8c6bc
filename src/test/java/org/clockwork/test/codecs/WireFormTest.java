package org.clockwork.test.codecs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.clockwork.codecs.wire.WireException;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.Input;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.worker.Announcement;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What one process writes another reads, and nothing that a network does to it is believed. */
class WireFormTest {
  private static final int HEADER_BYTES = WiredFamily.HEADER_BYTES;

  /** Of longer messages every position would take minutes; their parts are those of short ones. */
  private static final int SHORT_BYTES = 600;

  /** What reading may take however short the message is: mostly complaints and their traces. */
  private static final long ALLOCATED_BYTES_BASE = 64 << 10;

  /** The dearest element is an empty set of models: 4 bytes on the wire, a hash set in memory. */
  private static final long ALLOCATED_BYTES_EACH = 128;

  /** Events of the scheduler that happen in its own process. */
  private static final List<Event> INSIDE =
      List.of(
          new Event.RequestArrived(
              new Request(
                  new RequestId(new GatewayId("g"), 1),
                  new ModelId(0),
                  1,
                  0,
                  1,
                  0,
                  "t",
                  0,
                  new Input.Generated())),
          new Event.RequestCancelled(new RequestId(new GatewayId("g"), 1)),
          new Event.WorkerAnnounced(
              new Announcement(
                  new WorkerId("w"),
                  new NodeId("n"),
                  List.of(),
                  List.of(),
                  List.of(),
                  List.<Set<ModelId>>of())),
          new Event.WorkerRetires(new WorkerId("w")),
          new Event.WorkerLeft(new WorkerId("w")),
          new Event.GatewayLeft(new GatewayId("g")),
          new Event.TenantsWeighted(Collections.emptySortedMap(), 1),
          new Event.WakeUp(),
          new Event.Draining());

  static List<WiredFamily> families() {
    return CodecsTest.registered().stream().map(WiredFamily::of).toList();
  }

  @Test
  void everyFamilyThatIsRegisteredIsDrawnHere() {
    assertEquals(
        CodecsTest.registered().stream().map(MessageCodec::name).sorted().toList(),
        DrawnMessages.KINDS.stream().map(DrawnMessages.Kind::codec).sorted().toList());
  }

  @ParameterizedTest
  @MethodSource("families")
  void everythingAMessageCanBeMadeOfIsDrawn(WiredFamily family) {
    Set<Object> missing =
        Vocabulary.of(
            family.type(), INSIDE.stream().map(Object::getClass).collect(Collectors.toSet()));
    Seeds.each(
        20_000,
        seed -> {
          if (!missing.isEmpty()) {
            Set<Object> drawn = new LinkedHashSet<>();
            Vocabulary.parts(family.drawn(seed), drawn, _ -> {});
            missing.removeAll(drawn);
          }
        });
    assertEquals(Set.of(), missing);
  }

  @ParameterizedTest
  @MethodSource("families")
  void whatIsEncodedAtAnyOffsetComesBackEqual(WiredFamily family) {
    Seeds.each(
        2_000,
        seed -> {
          RandomGenerator random = Seeds.random(~seed);
          Object message = family.drawn(seed);
          byte[] before = bytes(random, random.nextInt(40));
          byte[] after = bytes(random, random.nextInt(40));
          Buffer buffer = Buffer.buffer(before);
          family.encode(buffer, message);
          buffer.appendBytes(after);

          Object read = family.decode(buffer, before.length);

          assertEquals(message, read);
          assertEquals(Buffer.buffer(before), buffer.getBuffer(0, before.length));
          Vocabulary.parts(read, new LinkedHashSet<>(), WireFormTest::mustBeSafeToPassOn);
        });
  }

  @ParameterizedTest
  @MethodSource("families")
  void aMessageThatWasCutSaysHowMuchIsMissing(WiredFamily family) {
    Seeds.each(
        100,
        seed -> {
          Buffer whole = family.encoded(family.drawn(seed));
          for (int length = 0; length < Math.min(whole.length(), SHORT_BYTES); length++) {
            String complaint = family.complaint(whole.getBuffer(0, length));
            String expected =
                length < HEADER_BYTES
                    ? "a header of 9 bytes is expected, %d are there".formatted(length)
                    : "it is said to be %d bytes long, %d are there"
                        .formatted(whole.length() - HEADER_BYTES, length - HEADER_BYTES);
            assertEquals(family.name() + ": " + expected, complaint);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("families")
  void aBodyThatWasCutNamesTheFieldItEndsIn(WiredFamily family) {
    Seeds.each(
        100,
        seed -> {
          byte[] body = family.body(family.drawn(seed));
          for (int length = 0; length < Math.min(body.length, SHORT_BYTES); length++) {
            String complaint = family.complaint(WiredFamily.enveloped(body, length));
            assertTrue(
                complaint.matches(
                    "\\Q" + family.name() + "\\E: (ends within .+; .+ are left|.+ bytes are left)"),
                complaint);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("families")
  void anyByteThatWasGarbledIsNoticed(WiredFamily family) {
    Seeds.each(
        100,
        seed -> {
          RandomGenerator random = Seeds.random(~seed);
          Buffer whole = family.encoded(family.drawn(seed));
          for (int at = 0; at < Math.min(whole.length(), SHORT_BYTES); at++) {
            Buffer garbled = whole.copy();
            garbled.setByte(at, (byte) (whole.getByte(at) ^ random.nextInt(1, 256)));
            // Bytes that follow, so that a length that has grown finds something.
            garbled.appendBytes(new byte[300]);
            String complaint = family.complaint(garbled);
            String expected =
                at == 0
                    ? ".* it is of version -?\\d+, this node speaks 1; run the same release .*"
                    : at < 5
                        ? ".* it is said to be -?\\d+ bytes long, .*|.* its check sum is wrong.*"
                        : ".* its check sum is wrong.*";
            assertTrue(complaint.matches(expected), complaint);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("families")
  void aBodyOfNonsenseIsAComplaintOrAMessageAndCostsBoundedMemory(WiredFamily family) {
    Seeds.each(
        3_000,
        seed -> {
          RandomGenerator random = Seeds.random(~seed);
          byte[] body = family.body(family.drawn(seed));
          int blows = random.nextInt(1, 4);
          for (int i = 0; i < blows; i++) {
            strike(body, random);
          }
          Buffer buffer = WiredFamily.enveloped(body, body.length);

          Object read = family.messageOrComplaint(buffer);
          long allocated = leastAllocatedBytes(() -> family.messageOrComplaint(buffer));

          long most = ALLOCATED_BYTES_BASE + ALLOCATED_BYTES_EACH * (long) body.length;
          assertTrue(
              allocated <= most,
              "%d bytes were allocated for a body of %d".formatted(allocated, body.length));
          if (!(read instanceof WireException)) {
            assertEquals(read, family.decode(family.encoded(read), 0));
          }
        });
  }

  @ParameterizedTest
  @MethodSource("families")
  void whatFollowsTheEndOfAMessageInsideItsBodyIsRefused(WiredFamily family) {
    Seeds.each(
        100,
        seed -> {
          byte[] body = family.body(family.drawn(seed));
          byte[] longer = new byte[body.length + 1 + (int) (seed % 7)];
          System.arraycopy(body, 0, longer, 0, body.length);
          assertEquals(
              "%s: %d bytes follow its end; nothing is expected"
                  .formatted(family.name(), longer.length - body.length),
              family.complaint(WiredFamily.enveloped(longer, longer.length)));
        });
  }

  @Test
  void anEventOfTheControllersOwnProcessCannotBeSent() {
    WiredFamily events =
        families().stream().filter(each -> each.type() == Event.class).findFirst().orElseThrow();
    for (Event event : INSIDE) {
      WireException e = assertThrows(WireException.class, () -> events.encoded(event));
      assertEquals(
          event.getClass().getSimpleName()
              + " happens inside the controller and has no form on the wire",
          e.getMessage());
    }
  }

  /** Little-endian as the tensors' contract says, and nobody may write into the message. */
  private static void mustBeSafeToPassOn(ByteBuffer buffer) {
    assertEquals(ByteOrder.LITTLE_ENDIAN, buffer.order());
    assertTrue(buffer.isReadOnly());
  }

  /** Makes one byte another, or four of them a number that is wrong as a length. */
  private static void strike(byte[] body, RandomGenerator random) {
    int at = random.nextInt(body.length);
    if (random.nextBoolean() || at + Integer.BYTES > body.length) {
      body[at] = (byte) random.nextInt();
      return;
    }
    int[] numbers = {
      -1, 0, Integer.MIN_VALUE, Integer.MAX_VALUE, body.length - at, body.length / 4
    };
    ByteBuffer.wrap(body).putInt(at, numbers[random.nextInt(numbers.length)]);
  }

  private static byte[] bytes(RandomGenerator random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Of three times, so that what the JVM itself makes on first use is not counted. */
  private static long leastAllocatedBytes(Runnable reading) {
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      long before = thread.getCurrentThreadAllocatedBytes();
      reading.run();
      least = Math.min(least, thread.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }
}
