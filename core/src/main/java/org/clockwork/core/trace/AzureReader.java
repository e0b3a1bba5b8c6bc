package org.clockwork.core.trace;

import java.util.ArrayList;
import java.util.List;

/** Makes a trace of the lines of one file, and says what is wrong with them. */
public final class AzureReader {
  /** More would hide what the message is about. */
  private static final int TOLD_MAX = 5;

  private final String file;
  private final int[] perMinute = new int[Invocations.MINUTES];
  private final List<Invocations> functions = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private long lines;
  private long malformed;

  /**
   * @param file what messages call it
   */
  public AzureReader(String file) {
    this.file = file;
  }

  /** The next line, without its end. */
  public void take(String line) {
    lines++;
    if (lines == 1) {
      if (!line.startsWith("HashOwner,HashApp,HashFunction,Trigger,1,")) {
        complain(
            "is '%s'; expected the header HashOwner,HashApp,HashFunction,Trigger,1,2 and so on"
                .formatted(AzureFormat.brief(line)));
      }
      return;
    }
    try {
      AzureFormat.parse(line, perMinute);
      functions.add(Invocations.of(perMinute));
    } catch (IllegalArgumentException e) {
      complain(e.getMessage());
    }
  }

  /**
   * What they came to.
   *
   * @throws IllegalArgumentException naming the first lines that are malformed, and how many there
   *     are
   */
  public Trace trace() {
    if (malformed > TOLD_MAX) {
      problems.add("%s: %d lines are malformed in all".formatted(file, malformed));
    }
    if (malformed == 0 && functions.isEmpty()) {
      problems.add(
          file + " holds no function; expected a header and then a line for each function");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
    try {
      return new Trace(functions);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  private void complain(String problem) {
    malformed++;
    if (malformed <= TOLD_MAX) {
      problems.add("%s:%d: %s".formatted(file, lines, problem));
    }
  }
}
