package org.clockwork.benchmarks;

import java.util.List;

/**
 * One benchmark as {@code ./clockwork bench} knows it.
 *
 * @param summary one line: what it measures
 * @param briefly arguments with which it runs for a moment only: whether it still starts
 */
record Benchmark(String name, String summary, Program program, List<String> briefly) {
  Benchmark {
    briefly = List.copyOf(briefly);
  }

  /** What a benchmark does with the arguments that follow its name. */
  @FunctionalInterface
  interface Program {
    void run(String[] args) throws Exception;
  }
}
