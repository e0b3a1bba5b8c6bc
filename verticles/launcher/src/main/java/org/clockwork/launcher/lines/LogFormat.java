package org.clockwork.launcher.lines;

import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/** How lines are written: for people, or each as a JSON object for programs that collect them. */
public enum LogFormat {
  TEXT {
    @Override
    public Consumer<String> lines(String role, Consumer<String> writer) {
      return writer;
    }

    @Override
    public void apply() {}
  },

  JSON {
    @Override
    public Consumer<String> lines(String role, Consumer<String> writer) {
      String logger = "clockwork." + role;
      return line -> writer.accept(JsonLine.of(Instant.now(), Level.INFO, logger, line).encode());
    }

    @Override
    public void apply() {
      for (Handler handler : Logger.getLogger("").getHandlers()) {
        handler.setFormatter(new JsonFormatter());
      }
    }
  };

  /** What a role says to its operator, on its way to a writer of lines. */
  public abstract Consumer<String> lines(String role, Consumer<String> writer);

  /** Has what libraries and roles log written so from now on. */
  public abstract void apply();

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<LogFormat> named(String word) {
    return Arrays.stream(values()).filter(format -> format.word().equals(word)).findFirst();
  }

  /** All of them, for messages. */
  public static String words() {
    return Arrays.stream(values()).map(LogFormat::word).collect(Collectors.joining(" or "));
  }
}
