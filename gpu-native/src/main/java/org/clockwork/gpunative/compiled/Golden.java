package org.clockwork.gpunative.compiled;

import java.util.List;

/**
 * Inputs with the outputs that ONNX Runtime gives for them: row i of a batch is golden row i modulo
 * {@code rows}.
 *
 * @param source where the inputs come from, in words
 * @param tolerance of an error relative to the largest magnitude of that output
 * @param inputs where the rows of each lie in the file
 * @param outputs where the rows of each lie in the file
 */
public record Golden(
    String file,
    long bytes,
    String sha256,
    int rows,
    String source,
    double tolerance,
    List<Extent> inputs,
    List<Extent> outputs) {
  public Golden {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }
}
