package org.clockwork.core.device;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.clockwork.core.device.ModelSource.Measured;
import org.clockwork.core.device.ModelSource.ModelSettings;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Profile;
import org.clockwork.core.model.TensorSpec;

/**
 * The published models, known by their measurements: what simulated devices run. Figures come from
 * {@code zoo.csv}; a megabyte there is 10^6 bytes.
 */
public final class Zoo {
  private static final String RESOURCE = "/org/clockwork/core/zoo.csv";
  private static final int IMAGE_BYTES = 3 * 224 * 224 * 4;

  /** Where a figure's name in the header is the batch size that it is for. */
  private static final Map<Integer, Integer> BATCH_BY_COLUMN =
      Map.of(5, 1, 6, 2, 7, 4, 8, 8, 9, 16);

  /** Registered only when asked for. */
  private static final ModelSettings WAITS_TO_BE_ASKED =
      new ModelSettings(Optional.empty(), List.of(), List.of(), false, 0);

  private static final Zoo PUBLISHED = new Zoo();

  private final Map<String, Measured> models = new LinkedHashMap<>();
  private final Map<String, Measured> forTests = new LinkedHashMap<>();

  private Zoo() {
    try (InputStream in = Zoo.class.getResourceAsStream(RESOURCE);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      lines.lines().skip(1).forEach(this::add);
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + RESOURCE, e);
    }
  }

  /** The models of the zoo, in its order. */
  public static List<Measured> models() {
    return List.copyOf(PUBLISHED.models.values());
  }

  /** The profiles that are for tests and benchmarks only. */
  public static List<Measured> forTests() {
    return List.copyOf(PUBLISHED.forTests.values());
  }

  /** A model of the zoo, or one of the two profiles that are for tests only. */
  public static Optional<Measured> find(String name) {
    Measured model = PUBLISHED.models.get(name);
    return Optional.ofNullable(model != null ? model : PUBLISHED.forTests.get(name));
  }

  private void add(String line) {
    String[] fields = line.split(",", -1);
    String name = fields[0];
    String source = fields[10];
    Measured model = measured(fields, source.equals("synthetic"));
    if (source.equals("readme") || source.equals("synthetic")) {
      forTests.put(name, model);
    } else {
      models.put(name, model);
    }
  }

  private static Measured measured(String[] fields, boolean bytesIn) {
    String name = fields[0];
    long weightsBytes = millionfold(fields[3]);
    ModelSpec spec =
        new ModelSpec(
            name,
            name,
            List.of(input(Integer.parseInt(fields[1]), bytesIn)),
            List.of(flat("output", DataType.FP32, Integer.parseInt(fields[2]))),
            weightsBytes,
            0);
    int pages = Math.toIntExact((weightsBytes + DeviceSpec.PAGE_BYTES - 1) / DeviceSpec.PAGE_BYTES);
    Profile profile = new Profile(pages, millionfold(fields[4]), 0, 0, execNanos(fields));
    return new Measured(spec, profile, WAITS_TO_BE_ASKED);
  }

  /** A batch size that was not measured is absent. */
  private static NavigableMap<Integer, Long> execNanos(String[] fields) {
    NavigableMap<Integer, Long> execNanos = new TreeMap<>();
    BATCH_BY_COLUMN.forEach(
        (column, batch) -> {
          if (!fields[column].isEmpty()) {
            execNanos.put(batch, millionfold(fields[column]));
          }
        });
    return Collections.unmodifiableNavigableMap(execNanos);
  }

  private static TensorSpec input(int bytes, boolean bytesIn) {
    if (bytesIn) {
      return flat("data", DataType.UINT8, bytes);
    }
    return bytes == IMAGE_BYTES
        ? new TensorSpec("data", DataType.FP32, List.of(3, 224, 224))
        : flat("data", DataType.FP32, bytes);
  }

  private static TensorSpec flat(String name, DataType type, int bytes) {
    return new TensorSpec(name, type, List.of(bytes / type.bytes()));
  }

  /** Millis to nanos, megabytes to bytes: exact, which a double is not. */
  private static long millionfold(String decimal) {
    return new BigDecimal(decimal).scaleByPowerOfTen(6).longValueExact();
  }
}
