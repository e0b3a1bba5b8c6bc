package org.clockwork.benchmarks.scheduler;

import java.util.List;
import picocli.CommandLine.ITypeConverter;

/** One size of cluster that the scheduler is measured at. */
record Cell(int models, int gpus) {
  static final List<Cell> ALL =
      List.of(
          new Cell(10, 1),
          new Cell(64, 1),
          new Cell(400, 12),
          new Cell(4000, 12),
          new Cell(4000, 50),
          new Cell(4000, 200),
          new Cell(10, 200));

  /** From the form {@code 400x12}: models, then GPUs. */
  static Cell parse(String text) {
    if (!text.matches("[1-9][0-9]{0,4}x[1-9][0-9]{0,3}")) {
      throw new IllegalArgumentException(
          "cell '" + text + "' must be models x GPUs, for example 400x12");
    }
    String[] numbers = text.split("x", -1);
    return new Cell(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
  }

  /** Reads a cell on the command line. */
  static final class FromText implements ITypeConverter<Cell> {
    @Override
    public Cell convert(String text) {
      return parse(text);
    }
  }

  @Override
  public String toString() {
    return models + "x" + gpus;
  }
}
