package org.clockwork.test.gateway;

import static org.clockwork.test.gateway.Scene.MILLIS;
import static org.clockwork.test.gateway.Scene.SMALL;
import static org.clockwork.test.gateway.Scene.TEXT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.gateway.Submission.NamedTensor;
import org.clockwork.core.gateway.Submission.Payload;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.Tensors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong with a request is said with the value that was sent and what is expected. */
class GatewayBadInputTest {
  private static final Objective IN_50_MS = Objective.ofNanos(50 * MILLIS);
  private final Scene scene = new Scene();

  @AfterEach
  void theControllerHearsNothingOfIt() {
    assertEquals(List.of(), scene.asked);
    assertEquals(1, scene.statistics().failed());
    assertEquals(0, scene.statistics().outstanding());
  }

  @Test
  void anUnknownModel() {
    expect(
        ErrorCode.UNKNOWN_MODEL,
        "model 'smal' is unknown; the list of models has the 3 that are known",
        Submission.of("smal", new Payload.Generated(1), IN_50_MS));
  }

  @Test
  void aNameOfTenMillionCharactersIsNotEchoed() {
    scene.submit(Submission.of("x".repeat(10_000_000), new Payload.Generated(1), IN_50_MS));
    String reason = assertInstanceOf(Answer.Failed.class, scene.answer()).reason();
    assertTrue(reason.length() < 250, reason);
    assertTrue(reason.contains("…' (10000000 characters)"), reason);
  }

  @Test
  void anInputThatTheModelDoesNotHave() {
    expectBadTensor(
        "input 'y' is none of model 'small', which takes 'x' FP32 [n, 4]", floats("y", 16, 1, 4));
  }

  @Test
  void anInputThatIsMissing() {
    expect(
        ErrorCode.INVALID_INPUT,
        "input 'mask' is missing: 2 of 3 inputs were sent; model 'text' takes"
            + " 'ids' INT64 [n, 64], 'mask' INT64 [n, 64], 'types' INT64 [n, 64]",
        named("text", longs("ids", 1), longs("types", 1)));
  }

  @Test
  void anInputSentTwice() {
    expectBadTensor(
        "input 'x' was sent twice; once is expected", floats("x", 16, 1, 4), floats("x", 16, 1, 4));
  }

  @Test
  void aWrongType() {
    expectBadTensor(
        "input 'x' was sent as INT64 [1, 4]; model 'small' expects FP32 [n, 4], n from 1 to 8",
        new NamedTensor("x", DataType.INT64, List.of(1L, 4L), ByteBuffer.allocate(32)));
  }

  @Test
  void aWrongShape() {
    expectBadTensor(
        "input 'x' was sent as FP32 [1, 5]; model 'small' expects FP32 [n, 4], n from 1 to 8",
        floats("x", 20, 1, 5));
  }

  @Test
  void aShapeWithoutBatchDimension() {
    expectBadTensor(
        "input 'x' was sent as FP32 [4]; model 'small' expects FP32 [n, 4], n from 1 to 8",
        floats("x", 16, 4));
  }

  @Test
  void aShapeWithoutAnyDimension() {
    expectBadTensor(
        "input 'x' was sent as FP32 []; model 'small' expects FP32 [n, 4], n from 1 to 8",
        floats("x", 4));
  }

  @Test
  void aSizeThatIsNotThatOfTheShape() {
    expectBadTensor(
        "input 'x' carries 12 bytes; 1 rows of FP32 [4] are 16 bytes", floats("x", 12, 1, 4));
  }

  @Test
  void inputsOfDifferentRows() {
    expect(
        ErrorCode.INVALID_INPUT,
        "input 'mask' has 2 rows but input 'ids' has 1; all must have the same",
        named("text", longs("ids", 1), longs("mask", 2), longs("types", 1)));
  }

  @Test
  void anEmptyBatch() {
    expect(
        ErrorCode.INVALID_BATCH_SIZE,
        "empty batch: input 'x' has 0 rows; model 'small' takes 1 to 8",
        named("small", floats("x", 0, 0, 4)));
  }

  @Test
  void aBatchThatIsTooLarge() {
    expect(
        ErrorCode.INVALID_BATCH_SIZE,
        "input 'x' has 9 rows; model 'small' takes 1 to 8 in one request, send several requests",
        named("small", floats("x", 144, 9, 4)));
  }

  @Test
  void aBatchBeyondAllNumbers() {
    expect(
        ErrorCode.INVALID_BATCH_SIZE,
        "input 'x' has 9223372036854775807 rows; model 'small' takes 1 to 8 in one request, send"
            + " several requests",
        named("small", floats("x", 16, Long.MAX_VALUE, 4)));
  }

  @Test
  void noRowsToBeMadeUp() {
    expect(
        ErrorCode.INVALID_BATCH_SIZE,
        "empty batch: the request has 0 rows; model 'small' takes 1 to 8",
        Submission.of("small", new Payload.Generated(0), IN_50_MS));
  }

  @Test
  void orderedTensorsOfTheWrongNumber() {
    expect(
        ErrorCode.INVALID_INPUT,
        "1 inputs were sent; model 'text' takes 3:"
            + " 'ids' INT64 [n, 64], 'mask' INT64 [n, 64], 'types' INT64 [n, 64]",
        Submission.of(
            TEXT.name(),
            new Payload.Ordered(new Tensors(1, List.of(ByteBuffer.allocate(512)))),
            IN_50_MS));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, -5 * MILLIS, Long.MIN_VALUE, 3_600_000 * MILLIS + 1, Long.MAX_VALUE})
  void anObjectiveThatNobodyCanMean(long sloNanos) {
    scene.submit(SMALL, Objective.ofNanos(sloNanos));
    Answer.Failed answer = assertInstanceOf(Answer.Failed.class, scene.answer());
    assertEquals(ErrorCode.INVALID_INPUT, answer.code());
    assertTrue(
        answer.reason().endsWith("an objective must be above 0 and at most 3600000 ms"),
        answer.reason());
  }

  @Test
  void aNegativeObjectiveIsNamed() {
    expect(
        ErrorCode.INVALID_INPUT,
        "an objective of -5 ms can't be kept; an objective must be above 0 and at most 3600000 ms",
        Submission.of("small", Scene.rows(SMALL, 1), Objective.ofNanos(-5 * MILLIS)));
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {
        0,
        -1,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        1_800_001,
        1e300
      })
  void aFactorThatNobodyCanMean(double factor) {
    expect(
        ErrorCode.INVALID_INPUT,
        "an slo factor of "
            + factor
            + " × 2 ms can't be kept; an objective must be above 0 and at most 3600000 ms",
        Submission.of("small", Scene.rows(SMALL, 1), Objective.ofFactor(factor)));
  }

  @Test
  void aBadFactorIsNotHiddenByAGoodObjective() {
    scene.submit(SMALL, new Objective(Optional.of(50 * MILLIS), Optional.of(-1.0)));
    assertInstanceOf(Answer.Failed.class, scene.answer());
  }

  @Test
  void aBlankTenant() {
    expect(
        ErrorCode.INVALID_INPUT,
        "tenant is ' '; expected are 1 to 64 characters, not all blank",
        new Submission("small", Scene.rows(SMALL, 1), IN_50_MS, " ", 0));
  }

  @Test
  void aNegativePriority() {
    expect(
        ErrorCode.INVALID_INPUT,
        "priority is -1; expected is 0 (served first) or more",
        new Submission("small", Scene.rows(SMALL, 1), IN_50_MS, "default", -1));
  }

  private void expectBadTensor(String reason, NamedTensor... tensors) {
    expect(ErrorCode.INVALID_INPUT, reason, named("small", tensors));
  }

  private void expect(ErrorCode code, String reason, Submission submission) {
    scene.submit(submission);
    Answer.Failed answer = assertInstanceOf(Answer.Failed.class, scene.answer());
    assertEquals(reason, answer.reason());
    assertEquals(code, answer.code());
  }

  private static Submission named(String model, NamedTensor... tensors) {
    return Submission.of(model, new Payload.Named(List.of(tensors)), IN_50_MS);
  }

  private static NamedTensor floats(String name, int bytes, long... shape) {
    return new NamedTensor(
        name, DataType.FP32, Arrays.stream(shape).boxed().toList(), ByteBuffer.allocate(bytes));
  }

  private static NamedTensor longs(String name, int rows) {
    return new NamedTensor(
        name, DataType.INT64, List.of((long) rows, 64L), ByteBuffer.allocate(rows * 512));
  }
}
