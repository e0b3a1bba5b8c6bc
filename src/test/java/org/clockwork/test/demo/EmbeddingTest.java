package org.clockwork.test.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.clockwork.core.model.Tensors;
import org.clockwork.launcher.demo.Embedding;
import org.clockwork.launcher.demo.MiniLM;
import org.junit.jupiter.api.Test;

class EmbeddingTest {
  @Test
  void theSameDirectionIsTheSameMeaningWhateverItsLength() {
    Embedding once = embedding(new long[] {1}, state(3, 4));
    Embedding twice = embedding(new long[] {1}, state(6, 8));

    assertEquals(1, once.similarity(twice), 1e-6);
  }

  @Test
  void theMeanIsTakenOverTheSentenceAndNotItsPadding() {
    Embedding padded =
        embedding(new long[] {1, 1, 0}, state(1, 0), state(0, 1), state(-1000, 1000));
    Embedding mean = embedding(new long[] {1}, state(1, 1));

    assertEquals(1, padded.similarity(mean), 1e-6);
  }

  @Test
  void directionsAtRightAnglesHaveNothingInCommon() {
    assertEquals(
        0,
        embedding(new long[] {1}, state(1, 0)).similarity(embedding(new long[] {1}, state(0, 1))),
        1e-9);
  }

  @Test
  void anAnswerOfAnotherLengthThanItsQuestionIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> embedding(new long[] {1, 1}, state(1, 0)));
  }

  private static Embedding embedding(long[] mask, float[]... states) {
    ByteBuffer longs = ByteBuffer.allocate(8 * mask.length).order(ByteOrder.LITTLE_ENDIAN);
    longs.asLongBuffer().put(mask);
    ByteBuffer floats =
        ByteBuffer.allocate(4 * MiniLM.WIDTH * states.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int token = 0; token < states.length; token++) {
      floats.asFloatBuffer().put(token * MiniLM.WIDTH, states[token]);
    }
    return Embedding.of(
        new Tensors(1, List.of(longs, longs, longs)), new Tensors(1, List.of(floats)));
  }

  private static float[] state(float x, float y) {
    float[] state = new float[MiniLM.WIDTH];
    state[0] = x;
    state[1] = y;
    return state;
  }
}
