package org.clockwork.launcher.machine;

/**
 * One thing that was looked at.
 *
 * @param role who needs it, in words: {@code every role}
 * @param wanted what would be {@link Level#OK}
 * @param remedy what to type; empty where nothing is to be mended
 */
public record Item(
    String name, String role, Level level, String found, String wanted, String remedy) {
  static final String EVERY_ROLE = "every role";
  static final String WORKER = "worker";
  static final String GPU_WORKER = "worker with GPUs";
  static final String CONTROLLER = "controller";

  public Item {
    if (level == Level.FAIL && remedy.isBlank()) {
      throw new IllegalArgumentException("'" + name + "' is to be mended and nobody says how");
    }
  }

  /** What is looked at and who needs it; its methods say what came of it. */
  record Subject(String name, String role, String wanted) {
    Item ok(String found) {
      return new Item(name, role, Level.OK, found, wanted, "");
    }

    Item warning(String found, String remedy) {
      return new Item(name, role, Level.WARNING, found, wanted, remedy);
    }

    Item fail(String found, String remedy) {
      return new Item(name, role, Level.FAIL, found, wanted, remedy);
    }
  }
}
