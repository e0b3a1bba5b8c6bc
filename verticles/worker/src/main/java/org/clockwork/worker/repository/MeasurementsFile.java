package org.clockwork.worker.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clockwork.core.model.Profile;

/**
 * Reads {@code model.measurements} as the published system writes it, in libconfig's form: {@code
 * weights = 8310000L; b1 = 2730000L; b2 = …}, all in nanoseconds; {@code weights} is the time of
 * LOAD.
 */
final class MeasurementsFile {
  static final String NAME = "model.measurements";

  private static final long BYTES_MAX = 1 << 16;
  private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/|//[^\n]*|#[^\n]*");
  private static final Pattern SETTING =
      Pattern.compile("\\s*([A-Za-z_]\\w*)\\s*[=:]\\s*([^;,\\s]+)\\s*[;,]?");
  private static final Pattern NANOS = Pattern.compile("(\\d{1,18})L{0,2}");
  private static final Pattern BATCH = Pattern.compile("b([1-9]\\d{0,3})");

  private MeasurementsFile() {}

  /** Pages are not in the file; the model's size, which says them, is looked up elsewhere. */
  static Optional<Profile> read(Path file, List<RepositoryProblem> problems) {
    try {
      if (Files.size(file) > BYTES_MAX) {
        problems.add(
            new RepositoryProblem(
                file,
                "holds %d bytes; measurements take less than %d"
                    .formatted(Files.size(file), BYTES_MAX)));
        return Optional.empty();
      }
      return parse(file, Files.readString(file), problems);
    } catch (IOException e) {
      problems.add(new RepositoryProblem(file, "can't be read: " + e));
      return Optional.empty();
    }
  }

  private static Optional<Profile> parse(Path file, String text, List<RepositoryProblem> problems) {
    int before = problems.size();
    // Comments become blanks of the same lines, so that line numbers stay.
    String settings =
        COMMENT.matcher(text).replaceAll(found -> found.group().replaceAll("[^\n]", " "));
    NavigableMap<Integer, Long> execNanos = new TreeMap<>();
    long loadNanos = 0;
    int at = 0;
    while (!settings.substring(at).isBlank()) {
      Matcher setting = SETTING.matcher(settings).region(at, settings.length());
      if (!setting.lookingAt()) {
        problems.add(problem(file, settings, at, "expected settings of the form b1 = 2730000L;"));
        return Optional.empty();
      }
      at = setting.end();
      String key = setting.group(1);
      Matcher nanos = NANOS.matcher(setting.group(2));
      Matcher batch = BATCH.matcher(key);
      if (!key.equals("weights") && !batch.matches()) {
        continue; // the published files also hold figures that nobody here needs
      }
      if (!nanos.matches() || Long.parseLong(nanos.group(1)) == 0) {
        problems.add(
            problem(
                file,
                settings,
                setting.start(1),
                "'%s' is %s; expected nanoseconds above 0, such as 2730000L"
                    .formatted(key, setting.group(2))));
      } else if (key.equals("weights")) {
        loadNanos = Long.parseLong(nanos.group(1));
      } else {
        execNanos.put(Integer.parseInt(batch.group(1)), Long.parseLong(nanos.group(1)));
      }
    }
    if (problems.size() == before && (loadNanos == 0 || execNanos.isEmpty())) {
      problems.add(
          new RepositoryProblem(
              file, "lacks %s".formatted(loadNanos == 0 ? "weights = …L;" : "b1 = …L;")));
    }
    return problems.size() > before
        ? Optional.empty()
        : Optional.of(new Profile(0, loadNanos, 0, 0, execNanos));
  }

  private static RepositoryProblem problem(Path file, String text, int at, String message) {
    int begin = at;
    while (begin < text.length() && Character.isWhitespace(text.charAt(begin))) {
      begin++;
    }
    long line = 1 + text.substring(0, begin).chars().filter(c -> c == '\n').count();
    return new RepositoryProblem(file, "line " + line + ": " + message);
  }
}
