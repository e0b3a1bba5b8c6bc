package org.clockwork.test.compiled;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** Damages one thing in a compiled model: a value of its plan, or one of its files. */
final class Mutation {
  private static final List<String> FILES =
      List.of("weights.bin", "golden.bin", "kernels/cpu.so", "kernels/sm_90.cubins", "model.json");

  private static final long[] NUMBERS = {
    0, 1, -1, 3, 64, 255, 256, 257, 1 << 20, 1L << 31, 1L << 32, 1L << 45, Long.MAX_VALUE
  };

  private static final List<Object> STRANGERS =
      List.of("", "nonsense", "../model.json", "/etc/passwd", true, 1.5, new JsonArray());

  private final Path folder;
  private final RandomGenerator random;

  private Mutation(Path folder, RandomGenerator random) {
    this.folder = folder;
    this.random = random;
  }

  /** Changes one value somewhere in that plan. */
  static void ofPlan(JsonObject plan, RandomGenerator random) {
    new Mutation(Path.of(""), random).mutate(plan);
  }

  /** Changes one file of the model in that folder. */
  static void ofFiles(Path folder, RandomGenerator random) throws IOException {
    new Mutation(folder, random).mutateFile();
  }

  /** Every place of the tree is as likely as any other. */
  private void mutate(JsonObject plan) {
    List<Runnable> changes = new ArrayList<>();
    collect(plan, changes);
    changes.get(random.nextInt(changes.size())).run();
  }

  private void collect(Object container, List<Runnable> changes) {
    switch (container) {
      case JsonObject object -> {
        changes.add(() -> object.put("unheard_of", 1));
        for (String key : List.copyOf(object.fieldNames())) {
          collect(object.getValue(key), changes);
          changes.add(() -> change(object.getValue(key), value -> object.put(key, value)));
          changes.add(
              () -> {
                Object value = object.remove(key);
                if (random.nextBoolean()) {
                  object.put(key + "x", value);
                }
              });
        }
      }
      case JsonArray list -> {
        for (int i = 0; i < list.size(); i++) {
          int at = i;
          collect(list.getValue(at), changes);
          changes.add(() -> change(list.getValue(at), value -> list.set(at, value)));
        }
        if (!list.isEmpty()) {
          changes.add(() -> list.remove(random.nextInt(list.size())));
          changes.add(() -> list.add(list.getValue(random.nextInt(list.size()))));
          changes.add(() -> swap(list));
        }
      }
      default -> {}
    }
  }

  private void swap(JsonArray list) {
    int i = random.nextInt(list.size());
    int j = random.nextInt(list.size());
    Object value = list.getValue(i);
    list.set(i, list.getValue(j));
    list.set(j, value);
  }

  private void change(Object value, Consumer<Object> put) {
    put.accept(
        switch (value) {
          case Number number when random.nextInt(8) > 0 -> other(number.longValue());
          case String text when random.nextInt(8) > 0 -> other(text);
          default -> STRANGERS.get(random.nextInt(STRANGERS.size()));
        });
  }

  private long other(long number) {
    return switch (random.nextInt(6)) {
      case 0 -> number + 1;
      case 1 -> number - 1;
      case 2 -> number * 2;
      case 3 -> number + 256;
      case 4 -> number / 2;
      default -> NUMBERS[random.nextInt(NUMBERS.length)];
    };
  }

  private String other(String text) {
    int at = text.isEmpty() ? 0 : random.nextInt(text.length());
    return switch (random.nextInt(4)) {
      case 0 -> text + "0";
      case 1 -> text.substring(0, at);
      case 2 -> text.substring(0, at) + (char) ('0' + random.nextInt(75)) + text.substring(at);
      default ->
          List.of("float32", "int64", "w", "ws", "io", "__tvm_ffi_top", "golden.bin")
              .get(random.nextInt(7));
    };
  }

  private void mutateFile() throws IOException {
    Path file = folder.resolve(FILES.get(random.nextInt(FILES.size())));
    byte[] bytes = Files.readAllBytes(file);
    switch (random.nextInt(6)) {
      case 0 -> Files.write(file, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
      case 1 -> Files.write(file, Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(300)));
      case 2 -> {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        Files.write(file, bytes);
      }
      case 3 -> Files.delete(file);
      case 4 -> {
        Path outside =
            Files.move(
                file, Files.createTempFile("mutation-", ""), StandardCopyOption.REPLACE_EXISTING);
        outside.toFile().deleteOnExit();
        Files.createSymbolicLink(file, outside);
      }
      default -> {
        Path other =
            folder.resolve(
                FILES.get(
                    (FILES.indexOf(folder.relativize(file).toString()) + 1 + random.nextInt(4))
                        % 5));
        Files.write(file, Files.readAllBytes(other));
        Files.write(other, bytes);
      }
    }
  }
}
