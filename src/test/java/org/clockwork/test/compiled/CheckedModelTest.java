package org.clockwork.test.compiled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.clockwork.gpunative.compiled.CheckedModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckedModelTest {
  @TempDir Path folder;

  @Test
  void aWholeModelIsReadAsItWasWritten() throws Exception {
    Perceptron.in(folder);

    try (CheckedModel model = CheckedModel.open(folder, _ -> true)) {
      assertEquals("perceptron", model.plan().name());
      assertEquals(1, model.plan().weights().pages());
      assertTrue(model.golden().difference(model.golden().outputs(4)).isEmpty());
    }
  }
}
