package org.clockwork.test.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.GatewayEvent;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.gateway.Submission.NamedTensor;
import org.clockwork.core.gateway.Submission.Payload;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.request.Input;
import org.clockwork.core.request.Outputs;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests to a model that takes any length up to 256, in buckets of 32, 64, 128 and 256. */
class VariableLengthTest {
  private static final Objective IN_50_MS = Objective.ofNanos(50 * Scene.MILLIS);
  private static final Optional<TensorSpec.Free> ANY = Optional.of(new TensorSpec.Free(0, 0));

  private static final ModelStatus.Ready WORDS =
      new ModelStatus.Ready(
          new ModelId(7),
          new ModelSpec(
              "words",
              "words",
              List.of(
                  new TensorSpec("ids", DataType.INT64, List.of(256), ANY),
                  new TensorSpec("mask", DataType.INT64, List.of(256), ANY)),
              List.of(
                  new TensorSpec("state", DataType.FP32, List.of(256, 3), ANY),
                  new TensorSpec("score", DataType.FP32, List.of(2))),
              1,
              0,
              List.of(32, 64, 128, 256)),
          2 * Scene.MILLIS,
          8,
          1);

  private final Scene scene = new Scene();

  @BeforeEach
  void publish() {
    scene.model(WORDS);
  }

  @ParameterizedTest
  @CsvSource({"1,0,32", "32,0,32", "33,1,64", "64,1,64", "65,2,128", "129,3,256", "256,3,256"})
  void anyLengthGoesIntoTheNextBucket(int length, int bucket, int padded) {
    scene.submit(Submission.of("words", named(2, length, length), IN_50_MS));
    Request asked = scene.asked.getFirst();
    assertEquals(bucket, asked.bucket());
    assertEquals(2, asked.rows());
    Tensors sent = assertInstanceOf(Input.Inline.class, asked.input()).tensors();
    assertEquals(2 * padded * 8, sent.buffers().getFirst().remaining());
  }

  @Test
  void inputsInTheModelsOrderTellTheirLengthByTheirBytes() {
    scene.submit(Submission.of("words", ordered(1, 33 * 8, 33 * 8), IN_50_MS));
    assertEquals(1, scene.asked.getFirst().bucket());
  }

  @Test
  void whoSendsNoInputAsksForTheLongest() {
    scene.submit(Submission.of("words", new Payload.Generated(1), IN_50_MS));
    assertEquals(3, scene.asked.getFirst().bucket());
  }

  @Test
  void aTextThatIsTooLongIsToldTheLimit() {
    expect(
        named(1, 257, 257),
        "input 'ids' was sent as INT64 [1, 257]; model 'words' expects INT64 [n, length], n from 1"
            + " to 8, length from 1 to 256");
  }

  @Test
  void aTextWithoutAnyTokenIsRefused() {
    expect(
        named(1, 0, 0),
        "input 'ids' was sent as INT64 [1, 0]; model 'words' expects INT64 [n, length], n from 1 to"
            + " 8, length from 1 to 256");
  }

  @Test
  void inputsOfDifferentLengthsAreRefused() {
    expect(
        named(1, 12, 10),
        "input 'mask' has length 10 but input 'ids' has 12; all must have the same");
  }

  @Test
  void bytesOfDifferentLengthsAreRefused() {
    expect(
        ordered(1, 12 * 8, 10 * 8),
        "input 'mask' carries 80 bytes; 1 rows of INT64 [12] are 96 bytes");
  }

  @Test
  void moreBytesThanTheLongestTakesAreRefused() {
    expect(
        ordered(1, 300 * 8, 300 * 8),
        "input 'ids' carries 2400 bytes; 1 rows of INT64 [256] are 2048 bytes");
  }

  @Test
  void outputsThatVaryAreCutToTheRequestsLengthAndOthersAreLeftAlone() {
    RequestId request = scene.submit(Submission.of("words", named(2, 5, 5), IN_50_MS));
    ByteBuffer state = ByteBuffer.allocate(2 * 32 * 3 * 4);
    state.put(0, (byte) 1).put(32 * 3 * 4, (byte) 2);
    Tensors whole = new Tensors(2, List.of(state, ByteBuffer.allocate(16)));

    scene.tell(new GatewayEvent.Returned(new Outputs(request, whole, Scene.GPU, 4, 100, 200, 300)));

    Tensors answered = assertInstanceOf(Answer.Succeeded.class, scene.answer()).tensors();
    ByteBuffer cut = answered.buffers().getFirst();
    assertEquals(2 * 5 * 3 * 4, cut.remaining());
    assertEquals(1, cut.get(0));
    assertEquals(2, cut.get(5 * 3 * 4), "the second row begins behind the first one's five");
    assertEquals(16, answered.buffers().get(1).remaining());
  }

  private void expect(Payload payload, String reason) {
    scene.submit(Submission.of("words", payload, IN_50_MS));
    Answer.Failed failed = assertInstanceOf(Answer.Failed.class, scene.answer());
    assertEquals(ErrorCode.INVALID_INPUT, failed.code());
    assertEquals(reason, failed.reason());
    assertEquals(List.of(), scene.asked);
  }

  private static Payload named(int rows, int ids, int mask) {
    return new Payload.Named(List.of(longs("ids", rows, ids), longs("mask", rows, mask)));
  }

  private static NamedTensor longs(String name, int rows, int length) {
    return new NamedTensor(
        name,
        DataType.INT64,
        List.of((long) rows, (long) length),
        ByteBuffer.allocate(rows * length * 8));
  }

  private static Payload ordered(int rows, int idsBytes, int maskBytes) {
    return new Payload.Ordered(
        new Tensors(rows, List.of(ByteBuffer.allocate(idsBytes), ByteBuffer.allocate(maskBytes))));
  }
}
