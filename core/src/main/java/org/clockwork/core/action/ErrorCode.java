package org.clockwork.core.action;

/**
 * Why an action was refused, with the number that the published system gives it. The first block is
 * about any action, the following ones about one phase each.
 */
public enum ErrorCode {
  SUCCESS(0, "success"),
  CANCELLED(1, "cancelled"),
  RUNTIME_ERROR(2, "runtime error"),
  SHUTTING_DOWN(3, "shutting down"),
  UNKNOWN_MODEL(10, "unknown model"),
  COULD_NOT_START_IN_TIME(11, "could not start in time"),
  INVALID_ACTION(12, "invalid action"),
  INVALID_GPU(13, "invalid GPU"),
  WEIGHTS_NOT_PRESENT(20, "weights not present"),
  WEIGHTS_ALREADY_LOADED(21, "weights already loaded"),
  WEIGHTS_IN_USE(22, "weights in use"),
  WEIGHTS_CHANGED(23, "weights changed while executing"),
  INVALID_INPUT(30, "invalid input"),
  INVALID_BATCH_SIZE(31, "invalid batch size"),
  INVALID_MODEL_ID(40, "invalid model id"),
  INVALID_MODEL_PATH(41, "invalid model path"),
  NETWORK_SEND_TOO_LATE(45, "network send too late"),
  LOAD_TOO_EARLY(50, "LOAD too early"),
  LOAD_TOO_LATE(51, "LOAD too late"),
  LOAD_UNKNOWN_MODEL(52, "LOAD of an unknown model"),
  INSUFFICIENT_CACHE(53, "insufficient cache"),
  LOAD_CONCURRENT_MODIFICATION(54, "concurrent modification during LOAD"),
  UNLOAD_TOO_EARLY(60, "UNLOAD too early"),
  UNLOAD_TOO_LATE(61, "UNLOAD too late"),
  UNLOAD_UNKNOWN_MODEL(62, "UNLOAD of an unknown model"),
  NOT_IN_CACHE(63, "not in cache"),
  INPUT_TOO_EARLY(70, "INPUT too early"),
  INPUT_TOO_LATE(71, "INPUT too late"),
  INPUT_UNKNOWN_MODEL(72, "INPUT for an unknown model"),
  INPUT_INVALID_BATCH_SIZE(73, "INPUT for an invalid batch size"),
  INPUT_HOST_ALLOCATION(74, "no host memory for the input"),
  INPUT_INVALID(75, "invalid input"),
  IO_POOL_EXHAUSTED(76, "io pool exhausted"),
  INPUT_BAD_SIZES(77, "input of the wrong size"),
  INPUT_BAD_DECOMPRESS(78, "input can't be decompressed"),
  EXEC_TOO_EARLY(80, "EXEC too early"),
  EXEC_TOO_LATE(81, "EXEC too late"),
  EXEC_WEIGHTS_MISSING(82, "weights missing at EXEC"),
  WORKSPACE_POOL_EXHAUSTED(83, "workspace pool exhausted"),
  EXEC_CONCURRENT_MODIFICATION(84, "concurrent modification during EXEC"),
  OUTPUT_TOO_EARLY(90, "OUTPUT too early"),
  OUTPUT_TOO_LATE(91, "OUTPUT too late"),
  OUTPUT_HOST_ALLOCATION(92, "no host memory for the output");

  private final int number;
  private final String text;

  ErrorCode(int number, String text) {
    this.number = number;
    this.text = text;
  }

  public int number() {
    return number;
  }

  @Override
  public String toString() {
    return text + " (" + number + ")";
  }
}
