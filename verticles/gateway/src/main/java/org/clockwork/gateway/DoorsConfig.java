package org.clockwork.gateway;

import org.clockwork.gateway.sharedmemory.SharedMemoryConfig;
import org.clockwork.gateway.upload.UploadsConfig;

/**
 * Where clients of the Open Inference Protocol come in, and what they may bring.
 *
 * @param ports where they listen
 * @param limits how much they take
 * @param sharedMemory with clients on this machine
 * @param uploads whether models may be brought, too
 * @param safety what keeps strangers and idlers out
 */
public record DoorsConfig(
    DoorPorts ports,
    DoorLimits limits,
    SharedMemoryConfig sharedMemory,
    UploadsConfig uploads,
    DoorSafety safety) {
  /** Nothing can be uploaded, and whoever reaches them may do everything. */
  public static final DoorsConfig DEFAULT =
      new DoorsConfig(
          DoorPorts.DEFAULT,
          DoorLimits.DEFAULT,
          SharedMemoryConfig.DEFAULT,
          UploadsConfig.NONE,
          DoorSafety.DEFAULT);

  public DoorsConfig onPorts(int http, int grpc, int metrics) {
    return with(ports.at(http, grpc, metrics));
  }

  public DoorsConfig on(String host) {
    return with(ports.on(host));
  }

  private DoorsConfig with(DoorPorts other) {
    return new DoorsConfig(other, limits, sharedMemory, uploads, safety);
  }

  public DoorsConfig with(DoorLimits other) {
    return new DoorsConfig(ports, other, sharedMemory, uploads, safety);
  }

  public DoorsConfig with(SharedMemoryConfig other) {
    return new DoorsConfig(ports, limits, other, uploads, safety);
  }

  public DoorsConfig with(UploadsConfig other) {
    return new DoorsConfig(ports, limits, sharedMemory, other, safety);
  }

  public DoorsConfig with(DoorSafety other) {
    return new DoorsConfig(ports, limits, sharedMemory, uploads, other);
  }
}
